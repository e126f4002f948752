//! Sessions, for tower-sessions, kept under the SHA-256 of their id.

use std::collections::HashMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as StoreResult};
use uuid::Uuid;

use super::Db;

/// The name of the member's UUID in a session's data.
pub const MEMBER: &str = "member";
/// The client's address at sign-in.
pub const IP: &str = "ip";
/// The browser at sign-in.
pub const USER_AGENT: &str = "user_agent";

/// Sessions in PostgreSQL. Idle for 12 hours or 7 days old, a session is gone, by the database's clock.
#[derive(Clone, Debug)]
pub struct PgSessions {
    db: Db,
}

impl PgSessions {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Removes the sessions that no longer count.
    pub async fn remove_ended(&self) -> Result<(), super::Error> {
        sqlx::query!(
            "delete from session where expires_at <= now() or last_seen_at <= now() - interval '12 hours'"
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str).map(str::to_owned);
        let member = text(MEMBER).and_then(|text| text.parse::<Uuid>().ok());
        // 128 random bits: a collision is an error, never somebody else's session.
        sqlx::query!(
            r#"
            insert into session (id_hash, member_id, data, expires_at, ip, user_agent)
            values ($1, $2, $3, now() + interval '7 days', $4::text::inet, $5)
            "#,
            hash(&record.id),
            member,
            encode(&record.data)?,
            text(IP),
            text(USER_AGENT),
        )
        .execute(&self.db)
        .await
        .map_err(backend)?;
        Ok(())
    }

    /// Updates only: a session that was signed out meanwhile stays out.
    async fn save(&self, record: &Record) -> StoreResult<()> {
        sqlx::query!(
            "update session set data = $2 where id_hash = $1",
            hash(&record.id),
            encode(&record.data)?
        )
        .execute(&self.db)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let hash = hash(id);
        let row = sqlx::query!(
            r#"
            select data, expires_at, last_seen_at < now() - interval '1 minute' as "stale!"
            from session
            where id_hash = $1 and expires_at > now() and last_seen_at > now() - interval '12 hours'
            "#,
            hash,
        )
        .fetch_optional(&self.db)
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        if row.stale {
            sqlx::query!("update session set last_seen_at = now() where id_hash = $1", hash)
                .execute(&self.db)
                .await
                .map_err(backend)?;
        }
        let data: HashMap<String, Value> =
            serde_json::from_value(row.data).map_err(|error| StoreError::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: row.expires_at }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        sqlx::query!("delete from session where id_hash = $1", hash(id))
            .execute(&self.db)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

fn encode(data: &HashMap<String, Value>) -> StoreResult<Value> {
    serde_json::to_value(data).map_err(|error| StoreError::Encode(error.to_string()))
}

fn backend(error: sqlx::Error) -> StoreError {
    StoreError::Backend(error.to_string())
}
