//! Writing rows of the request log: every request waits for it, so it is done in the way that costs least.

use sqlx::PgConnection;
use time::Date;

use super::days::add_days;
use super::{LogKey, LogRecord};
use crate::store::error::breaks_connection;
use crate::store::{Db, Error};

/// What an encrypted message should not exceed, in bytes: TLS cuts it into records of 16 kB, and over TCP the next of
/// two small pieces waits until the last is acknowledged, 40 ms.
const MAX_ENCRYPTED: usize = 14_000;

/// Writes rows over a connection of its own.
#[derive(Debug)]
pub struct Writer {
    db: Db,
    /// `None` while it is used, and after it failed: a write that was given up leaves no half of it behind.
    connection: Option<PgConnection>,
}

impl Writer {
    pub fn new(db: Db) -> Self {
        Self { db, connection: None }
    }

    /// Writes rows, all or none. A day's partition that is missing is made. One row that is there already is no
    /// error; several rows of which one is there already are refused, as by any other constraint.
    pub async fn write(&mut self, rows: &[LogRecord]) -> Result<(), Error> {
        match self.insert(rows).await {
            Err(error) if is_missing_partition(&error) => {
                let mut days: Vec<Date> = rows.iter().map(|row| row.occurred_at.date()).collect();
                days.sort_unstable();
                days.dedup();
                add_days(&self.db, &days).await?;
                Ok(self.insert(rows).await?)
            }
            // It was committed, and the answer lost.
            Err(error) if rows.len() == 1 && is_there_already(&error) => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// The rows in pieces, each for one message.
    pub fn pieces<'r>(&self, rows: &'r [LogRecord]) -> impl Iterator<Item = &'r [LogRecord]> + use<'r> {
        let most = if self.db.may_be_encrypted() { MAX_ENCRYPTED } else { usize::MAX };
        let mut size = 0;
        rows.chunk_by(move |row, next| {
            size += row.size();
            let fits = size + next.size() <= most;
            if !fits {
                size = 0;
            }
            fits
        })
    }

    async fn insert(&mut self, rows: &[LogRecord]) -> Result<(), sqlx::Error> {
        if let Some(kept) = self.connection.take() {
            match self.insert_by(kept, rows).await {
                // The connection has died, perhaps long ago.
                Err(error) if breaks_connection(&error) => {}
                outcome => return outcome,
            }
        }
        let fresh = self.db.connect().await?;
        self.insert_by(fresh, rows).await
    }

    async fn insert_by(
        &mut self,
        mut connection: PgConnection,
        rows: &[LogRecord],
    ) -> Result<(), sqlx::Error> {
        let outcome = insert(&mut connection, rows).await;
        if !outcome.as_ref().is_err_and(breaks_connection) {
            self.connection = Some(connection);
        }
        outcome
    }
}

/// One message to the database and one back. `copy` takes PostgreSQL less time, but two messages in a row, the second of
/// which waits over TCP until the first is acknowledged: 40 ms.
async fn insert(connection: &mut PgConnection, rows: &[LogRecord]) -> Result<(), sqlx::Error> {
    fn column<'a, T>(rows: &'a [LogRecord], of: impl Fn(&'a LogRecord) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    fn by<'a, T>(rows: &'a [LogRecord], of: impl Fn(&'a LogKey) -> T) -> Vec<Option<T>> {
        rows.iter().map(|row| row.by.as_ref().map(&of)).collect()
    }
    sqlx::query!(
        r#"
        insert into request_log (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name, method,
            host, path, route, query, status_code, latency_us, client_ip, user_agent, referrer, error_code,
            error_message, idempotency_key, occurred_at)
        select id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name, method,
            host, path, route, query, status_code, latency_us, client_ip::inet, user_agent, referrer, error_code,
            error_message, idempotency_key, occurred_at
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::jsonb[], $13::smallint[], $14::bigint[], $15::text[],
            $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::timestamptz[])
        as row (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name, method,
            host, path, route, query, status_code, latency_us, client_ip, user_agent, referrer, error_code,
            error_message, idempotency_key, occurred_at)
        "#,
        &column(rows, |row| row.id.uuid()),
        &by(rows, |by| by.account.uuid()) as _,
        &by(rows, |by| by.key.uuid()) as _,
        &by(rows, |by| by.key_name.as_str()) as _,
        &by(rows, |by| by.redacted.as_str()) as _,
        &by(rows, |by| by.role.uuid()) as _,
        &by(rows, |by| by.role_name.as_str()) as _,
        &column(rows, |row| row.method.as_str()) as _,
        &column(rows, |row| row.host.as_str()) as _,
        &column(rows, |row| row.path.as_str()) as _,
        &column(rows, |row| row.route.as_deref()) as _,
        &column(rows, |row| row.query.as_ref()) as _,
        &column(rows, |row| row.status_code),
        &column(rows, |row| row.latency_us),
        &column(rows, |row| row.client_ip.map(|ip| ip.to_string())) as _,
        &column(rows, |row| row.user_agent.as_deref()) as _,
        &column(rows, |row| row.referrer.as_deref()) as _,
        &column(rows, |row| row.error_code.as_deref()) as _,
        &column(rows, |row| row.error_message.as_deref()) as _,
        &column(rows, |row| row.idempotency_key.as_deref()) as _,
        &column(rows, |row| row.occurred_at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn is_there_already(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// A partitioned table refuses a row without a partition as it refuses one that breaks a constraint, without a name.
fn is_missing_partition(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some("23514") && error.constraint().is_none())
}
