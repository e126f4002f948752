//! Collects when secrets were used, and writes it every few seconds in one statement.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::KeyId;
use crate::store::key_use::SecretUse;
use crate::store::{self, Db};

/// The latest use of each secret since the last write. One entry a secret, however many requests.
#[derive(Clone, Debug, Default)]
pub struct KeyUses {
    pending: Arc<Mutex<HashMap<Uuid, SecretUse>>>,
}

impl KeyUses {
    /// How late a use may be written.
    pub const INTERVAL: Duration = Duration::from_secs(2);

    /// Notes a use. Never waits for the database.
    pub fn note(&self, secret: Uuid, key: KeyId, at: OffsetDateTime, ip: Option<IpAddr>) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending
            .entry(secret)
            .and_modify(|latest| {
                if latest.at < at {
                    *latest = SecretUse { secret, key, at, ip };
                }
            })
            .or_insert(SecretUse { secret, key, at, ip });
    }

    /// Writes what was noted. What cannot be written is kept for the next time.
    pub async fn flush(&self, db: &Db) -> Result<(), store::Error> {
        let batch: Vec<SecretUse> = {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            pending.drain().map(|(_, latest)| latest).collect()
        };
        if batch.is_empty() {
            return Ok(());
        }
        store::key_use::record(db, &batch).await.inspect_err(|_| {
            for used in &batch {
                self.note(used.secret, used.key, used.at, used.ip);
            }
        })
    }
}
