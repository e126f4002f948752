//! The request log: every request gets a row, and the row is committed before the answer is out.

mod body;
mod entry;

pub use entry::{Entry, Whole};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Mutex;

use super::ErrorCode;
use crate::batches::Batches;
use crate::store;
use crate::store::request_log::{LogRecord, Writer};

/// Most rows in one commit.
const MOST: usize = 512;
/// How often rows are tried again that the database did not take while it was away.
const TRIES: usize = 60;
const PAUSE: Duration = Duration::from_secs(1);
/// Most rows that wait for that: what a longer outage withheld is told by the log of the process alone.
const MOST_WAITING: usize = 10_000;

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
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Whether the last commit failed for want of a database.
    failing: AtomicBool,
    /// Rows that are not yet written, whether somebody waits for them or not.
    under_way: AtomicUsize,
}

impl RequestLog {
    pub fn new(db: PgPool) -> Self {
        let shared = Arc::new(Shared { failing: AtomicBool::new(false), under_way: AtomicUsize::new(0) });
        let (worker, writer) = (shared.clone(), Arc::new(Mutex::new(Writer::new(db))));
        let write = move |rows| write_or_wait(worker.clone(), writer.clone(), rows);
        Self { rows: Batches::start(MOST, write), shared }
    }

    /// Resolves when the row is committed. A row that could not be written yet is written later all the same, as that
    /// of a request whose answer was withheld.
    pub async fn write(&self, row: LogRecord) -> Result<(), Unwritten> {
        self.shared.under_way.fetch_add(1, Ordering::SeqCst);
        self.rows.ask(row).await.unwrap_or(Err(Unwritten::Yet))
    }

    /// Writes the row of a request that nobody waits for any more.
    pub fn write_later(&self, row: LogRecord) {
        // Counted at once: the task may begin after somebody has asked whether all is written.
        self.shared.under_way.fetch_add(1, Ordering::SeqCst);
        let log = self.clone();
        tokio::spawn(async move { log.rows.ask(row).await });
    }

    /// Whether rows cannot be written, as far as the last try tells.
    pub fn is_failing(&self) -> bool {
        self.shared.failing.load(Ordering::Relaxed)
    }

    /// Resolves when no row is on its way.
    pub async fn settled(&self) {
        while self.shared.under_way.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Writes the rows; those that the database cannot take yet are kept for later.
async fn write_or_wait(
    shared: Arc<Shared>,
    writer: Arc<Mutex<Writer>>,
    rows: Vec<LogRecord>,
) -> Vec<Result<(), Unwritten>> {
    let outcomes = write_all(&writer, &rows).await;
    let is_away = outcomes.contains(&Err(Unwritten::Yet));
    shared.failing.store(is_away, Ordering::Relaxed);
    let fits = shared.under_way.load(Ordering::SeqCst) < MOST_WAITING;
    if is_away && fits {
        let yet = rows.into_iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Err(Unwritten::Yet));
        let waiting: Vec<LogRecord> = yet.map(|(row, _)| withheld(row)).collect();
        shared.under_way.fetch_sub(outcomes.len() - waiting.len(), Ordering::SeqCst);
        tokio::spawn(write_when_back(shared, writer, waiting));
    } else {
        shared.under_way.fetch_sub(outcomes.len(), Ordering::SeqCst);
    }
    outcomes
}

/// What the caller got in place of an answer that could not be logged.
fn withheld(mut row: LogRecord) -> LogRecord {
    if row.error_code.is_none() {
        row.status_code = 503;
        row.error_code = Some(ErrorCode::ServiceUnavailable.slug().to_owned());
        row.error_message =
            Some("The answer was withheld, for the request log could not be written.".to_owned());
    }
    row
}

async fn write_when_back(shared: Arc<Shared>, writer: Arc<Mutex<Writer>>, rows: Vec<LogRecord>) {
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        if !write_all(&writer, &rows).await.contains(&Err(Unwritten::Yet)) {
            break;
        }
    }
    shared.under_way.fetch_sub(rows.len(), Ordering::SeqCst);
}

/// All rows in one commit; where the database refuses one of them, each by itself.
async fn write_all(writer: &Mutex<Writer>, rows: &[LogRecord]) -> Vec<Result<(), Unwritten>> {
    match write_some(writer, rows).await {
        Err(Unwritten::Ever) if rows.len() > 1 => {
            let mut outcomes = Vec::with_capacity(rows.len());
            for row in rows {
                outcomes.push(write_some(writer, std::slice::from_ref(row)).await);
            }
            outcomes
        }
        outcome => vec![outcome; rows.len()],
    }
}

async fn write_some(writer: &Mutex<Writer>, rows: &[LogRecord]) -> Result<(), Unwritten> {
    let written = tokio::time::timeout(LONGEST, async { writer.lock().await.write(rows).await }).await;
    let error = match written {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error,
        Err(_) => store::Error::too_slow(),
    };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::error!(%error, cause, rows = rows.len(), "request log rows were not written");
    Err(if error.is_about_values() { Unwritten::Ever } else { Unwritten::Yet })
}
