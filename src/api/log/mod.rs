//! The request log: every request gets a row, and the row is committed before the answer is out.

mod body;
mod entry;

pub use entry::{Entry, Whole};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::PgPool;

use crate::batches::Batches;
use crate::store;
use crate::store::request_log::{self, LogRecord};

/// Most rows in one commit.
const MOST: usize = 512;
/// How often a row is tried again whose request has been left.
const TRIES: usize = 60;
const PAUSE: Duration = Duration::from_secs(1);

/// Longest time that a commit may take.
const LONGEST: Duration = Duration::from_secs(5);

/// The row could not be written. The cause is logged by the writer, once for each batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// The database is away; it may work later.
    Yet,
    /// The database does not take this row.
    Ever,
}

/// Writes rows in groups: what comes while one commit is under way shares the next.
#[derive(Clone, Debug)]
pub struct RequestLog {
    rows: Batches<LogRecord, Result<(), Unwritten>>,
    /// Whether the last commit failed.
    failing: Arc<AtomicBool>,
    /// Rows on their way whose requests have been left.
    left: Arc<AtomicUsize>,
}

impl RequestLog {
    pub fn new(db: PgPool) -> Self {
        let failing = Arc::new(AtomicBool::new(false));
        let told = failing.clone();
        let write = move |rows: Vec<LogRecord>| {
            let (db, told) = (db.clone(), told.clone());
            async move {
                let outcomes = write_all(&db, &rows).await;
                told.store(outcomes.contains(&Err(Unwritten::Yet)), Ordering::Relaxed);
                outcomes
            }
        };
        Self { rows: Batches::start(MOST, write), failing, left: Arc::default() }
    }

    /// Resolves when the row is committed.
    pub async fn write(&self, row: LogRecord) -> Result<(), Unwritten> {
        self.rows.ask(row).await.unwrap_or(Err(Unwritten::Yet))
    }

    /// Writes the row of a request that nobody waits for any more.
    pub fn write_later(&self, row: LogRecord) {
        let log = self.clone();
        log.left.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            for _ in 0..TRIES {
                if log.write(row.clone()).await != Err(Unwritten::Yet) {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
            log.left.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// Whether rows cannot be written, as far as the last try tells.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Resolves when no row is on its way.
    pub async fn settled(&self) {
        while self.left.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// All rows in one commit; where the database refuses one of them, each by itself.
async fn write_all(db: &PgPool, rows: &[LogRecord]) -> Vec<Result<(), Unwritten>> {
    match write_some(db, rows).await {
        Err(Unwritten::Ever) if rows.len() > 1 => {
            let mut outcomes = Vec::with_capacity(rows.len());
            for row in rows {
                outcomes.push(write_some(db, std::slice::from_ref(row)).await);
            }
            outcomes
        }
        outcome => vec![outcome; rows.len()],
    }
}

async fn write_some(db: &PgPool, rows: &[LogRecord]) -> Result<(), Unwritten> {
    let written = tokio::time::timeout(LONGEST, request_log::insert(db, rows)).await;
    let error = match written {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error,
        Err(_) => store::Error::too_slow(),
    };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::error!(%error, cause, rows = rows.len(), "request log rows were not written");
    Err(if error.is_about_values() { Unwritten::Ever } else { Unwritten::Yet })
}
