//! What is known of the secrets that requests present: from memory, or else from the database.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::lease::Lease;
use super::memory::{Found, Memory};
use crate::batches::Batches;
use crate::store::{self, Db, verification};

/// Longest time that a query may take.
const QUERY_TIMEOUT: Duration = Duration::from_secs(3);
/// Most secrets in one query.
const MAX_BATCH: usize = 256;

type Answer = Result<Option<Found>, Arc<store::Error>>;

/// Looks secrets up. What a request is told holds at some moment after it came: memory answers only while every change
/// is surely heard of, and requests that come while a query is under way share the next one.
#[derive(Debug)]
pub struct Secrets {
    memory: Arc<Memory>,
    lease: Lease,
    lookups: Batches<Uuid, Answer>,
}

impl Secrets {
    /// Call it on the runtime that will serve.
    pub fn new(db: Db) -> Self {
        let memory = Arc::new(Memory::default());
        let lease = Lease::hold(db.clone(), &memory);
        let kept = memory.clone();
        let lookups = Batches::start(MAX_BATCH, move |ids| find_all(db.clone(), kept.clone(), ids));
        Self { memory, lease, lookups }
    }

    /// Everything known of the secret with this id, `None` when there is none.
    pub async fn find(&self, id: Uuid) -> Answer {
        if let Some(found) = self.memory.find(id) {
            return Ok(Some(found));
        }
        let ended = || Err(Arc::new(store::Error::from(sqlx::Error::PoolClosed)));
        self.lookups.ask(id).await.unwrap_or_else(ended)
    }

    /// The last change that this copy of the server goes by; `None` while it looks each secret up.
    pub fn revision(&self) -> Option<i64> {
        self.memory.revision()
    }

    /// How long ago the database last committed a lease of this copy's.
    pub fn last_grant(&self) -> Duration {
        self.memory.last_grant()
    }

    /// Gives up the memory, so that no change waits for this copy of the server. Look-ups go on.
    pub async fn forget(&self) {
        self.lease.end().await;
    }
}

async fn find_all(db: Db, memory: Arc<Memory>, ids: Vec<Uuid>) -> Vec<Answer> {
    let stamp = memory.stamp();
    let found = tokio::time::timeout(QUERY_TIMEOUT, verification::find(&db, &ids)).await;
    match found.unwrap_or_else(|_| Err(store::Error::too_slow())) {
        Ok(found) => {
            let found = found.into_iter().map(|(secret, now)| Found { secret: Arc::new(secret), now });
            let found: HashMap<Uuid, Found> = found.map(|found| (found.secret.secret, found)).collect();
            memory.keep(stamp, found.values().map(|found| found.secret.clone()));
            ids.iter().map(|id| Ok(found.get(id).cloned())).collect()
        }
        Err(error) => {
            let error = Arc::new(error);
            ids.iter().map(|_| Err(error.clone())).collect()
        }
    }
}
