//! What the database knows of the secrets that requests present.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use super::KnownSecret;
use crate::batches::Batches;
use crate::store::{self, verification};

/// Longest time that a query may take.
const LONGEST: Duration = Duration::from_secs(5);
/// Most secrets in one query.
const MOST: usize = 256;

type Answer = Result<Option<Arc<KnownSecret>>, Arc<store::Error>>;

/// Looks secrets up. Requests that come while a query is under way share the next one, so each is answered by a query
/// that began after it came: what was changed before a request is never missed.
#[derive(Clone, Debug)]
pub struct Secrets {
    lookups: Batches<Uuid, Answer>,
}

impl Secrets {
    pub fn new(db: PgPool) -> Self {
        Self { lookups: Batches::start(MOST, move |ids| find_all(db.clone(), ids)) }
    }

    /// Everything known of the secret with this id, `None` when there is none.
    pub async fn find(&self, id: Uuid) -> Answer {
        let ended = || Err(Arc::new(store::Error::from(sqlx::Error::PoolClosed)));
        self.lookups.ask(id).await.unwrap_or_else(ended)
    }
}

async fn find_all(db: PgPool, ids: Vec<Uuid>) -> Vec<Answer> {
    let found = tokio::time::timeout(LONGEST, verification::find(&db, &ids)).await;
    match found.unwrap_or_else(|_| Err(store::Error::too_slow())) {
        Ok(found) => {
            let found: HashMap<Uuid, Arc<KnownSecret>> =
                found.into_iter().map(|known| (known.secret, Arc::new(known))).collect();
            ids.iter().map(|id| Ok(found.get(id).cloned())).collect()
        }
        Err(error) => {
            let error = Arc::new(error);
            ids.iter().map(|_| Err(error.clone())).collect()
        }
    }
}
