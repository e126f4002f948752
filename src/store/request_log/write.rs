//! Writing rows of the request log: every request waits for it, so it is done in the way that costs least.

use std::net::IpAddr;

use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::LogRecord;
use super::days::add_days;
use crate::store::{Error, is_unavailable};

/// The columns, in the order in which [`push_row`] writes them.
const COPY: &str =
    "copy request_log (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name,
    method, host, path, route, query, status_code, latency_us, client_ip, user_agent, referrer, error_code,
    error_message, idempotency_key, occurred_at) from stdin (format binary)";
const COLUMNS: i16 = 21;

/// The beginning of binary copy data: signature, flags, length of what extends the header.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// In the place of a row's number of columns: no row follows.
const END: i16 = -1;

/// Midnight of 1 January 2000 (UTC), from which PostgreSQL counts.
const EPOCH: OffsetDateTime = time::macros::datetime!(2000-01-01 00:00 UTC);

/// Writes rows over a connection of its own.
#[derive(Debug)]
pub struct Writer {
    db: PgPool,
    /// `None` while it is used, and after it failed: a write that was given up leaves no half of it behind.
    connection: Option<PgConnection>,
}

impl Writer {
    pub fn new(db: PgPool) -> Self {
        Self { db, connection: None }
    }

    /// Writes rows, all or none. A day's partition that is missing is made. One row that is there already is no
    /// error; several rows of which one is there already are refused, as by any other constraint.
    pub async fn write(&mut self, rows: &[LogRecord]) -> Result<(), Error> {
        let data = encode(rows);
        match self.copy(&data).await {
            Err(error) if is_missing_partition(&error) => {
                let mut days: Vec<Date> = rows.iter().map(|row| row.occurred_at.date()).collect();
                days.dedup();
                add_days(&self.db, &days).await?;
                Ok(self.copy(&data).await?)
            }
            // It was committed, and the answer lost.
            Err(error) if rows.len() == 1 && is_there_already(&error) => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    async fn copy(&mut self, data: &[u8]) -> Result<(), sqlx::Error> {
        if let Some(kept) = self.connection.take() {
            match self.copy_by(kept, data).await {
                // The connection has died, perhaps long ago.
                Err(error) if is_unavailable(&error) => {}
                outcome => return outcome,
            }
        }
        let fresh = self.db.acquire().await?.detach();
        self.copy_by(fresh, data).await
    }

    async fn copy_by(&mut self, mut connection: PgConnection, data: &[u8]) -> Result<(), sqlx::Error> {
        let outcome = copy(&mut connection, data).await;
        if !outcome.as_ref().is_err_and(is_unavailable) {
            self.connection = Some(connection);
        }
        outcome
    }
}

async fn copy(connection: &mut PgConnection, data: &[u8]) -> Result<(), sqlx::Error> {
    let mut copy = connection.copy_in_raw(COPY).await?;
    copy.send(data).await?;
    copy.finish().await?;
    Ok(())
}

/// A partitioned table refuses a row without a partition as it refuses one that breaks a constraint, without a name.
fn is_missing_partition(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some("23514") && error.constraint().is_none())
}

fn is_there_already(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// Rows as `copy` reads them (PostgreSQL's manual, "COPY", "Binary Format").
fn encode(rows: &[LogRecord]) -> Vec<u8> {
    let mut data = Vec::with_capacity(HEADER.len() + rows.len() * 512);
    data.extend_from_slice(HEADER);
    for row in rows {
        push_row(&mut data, row);
    }
    data.extend_from_slice(&END.to_be_bytes());
    data
}

fn push_row(data: &mut Vec<u8>, row: &LogRecord) {
    data.extend_from_slice(&COLUMNS.to_be_bytes());
    let by = row.by.as_ref();
    push_uuid(data, Some(row.id.uuid()));
    push_uuid(data, by.map(|by| by.account.uuid()));
    push_uuid(data, by.map(|by| by.key.uuid()));
    push_text(data, by.map(|by| by.key_name.as_str()));
    push_text(data, by.map(|by| by.redacted.as_str()));
    push_uuid(data, by.map(|by| by.role.uuid()));
    push_text(data, by.map(|by| by.role_name.as_str()));
    push_text(data, Some(&row.method));
    push_text(data, Some(&row.host));
    push_text(data, Some(&row.path));
    push_text(data, row.route.as_deref());
    push_json(data, row.query.as_ref());
    push(data, Some(&row.status_code.to_be_bytes()));
    push(data, Some(&row.latency_us.to_be_bytes()));
    push_ip(data, row.client_ip);
    push_text(data, row.user_agent.as_deref());
    push_text(data, row.referrer.as_deref());
    push_text(data, row.error_code.as_deref());
    push_text(data, row.error_message.as_deref());
    push_text(data, row.idempotency_key.as_deref());
    let since = (row.occurred_at - EPOCH).whole_microseconds();
    push(data, Some(&i64::try_from(since).unwrap_or(i64::MAX).to_be_bytes()));
}

/// A field: its length and its bytes; for null a length of -1.
fn push(data: &mut Vec<u8>, field: Option<&[u8]>) {
    let length = field.map_or(Ok(-1), |field| i32::try_from(field.len()));
    // No head of a request is so large; and then PostgreSQL says that the data is broken.
    data.extend_from_slice(&length.unwrap_or(i32::MAX).to_be_bytes());
    data.extend_from_slice(field.unwrap_or_default());
}

fn push_text(data: &mut Vec<u8>, text: Option<&str>) {
    push(data, text.map(str::as_bytes));
}

fn push_uuid(data: &mut Vec<u8>, uuid: Option<Uuid>) {
    push(data, uuid.as_ref().map(|uuid| uuid.as_bytes().as_slice()));
}

/// `jsonb` is its version and a text.
fn push_json(data: &mut Vec<u8>, json: Option<&serde_json::Value>) {
    push(data, json.map(|json| format!("\u{1}{json}")).as_deref().map(str::as_bytes));
}

/// `inet` is its family, the bits of its network, whether it is a network, and its bytes with their number before.
fn push_ip(data: &mut Vec<u8>, ip: Option<IpAddr>) {
    match ip {
        None => push(data, None),
        Some(IpAddr::V4(ip)) => push(data, Some(&[&[2, 32, 0, 4], ip.octets().as_slice()].concat())),
        Some(IpAddr::V6(ip)) => push(data, Some(&[&[3, 128, 0, 16], ip.octets().as_slice()].concat())),
    }
}
