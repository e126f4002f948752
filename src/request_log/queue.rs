//! Rows on their way to the database: those that somebody waits for first, then those that an outage held back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};

use crate::batches::gather;
use crate::domain::error_code::ErrorCode;
use crate::paced::Paced;
use crate::store::request_log::{LogRecord, Writer};
use crate::store::{self, Db};

/// Most rows in one commit.
const MAX_BATCH: usize = 512;
/// Most rows that wait for the database to come back: what a longer outage withheld is told by the log of the process
/// alone.
const MAX_BACKLOG: usize = 10_000;
/// Longest time that a commit may take.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(5);
/// Between two tries while rows cannot be written.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// The row could not be written. The cause is logged by the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// The database is away; it is written when that is back.
    Yet,
    /// The database does not take this row.
    Ever,
}

type Outcome = Result<(), Unwritten>;
type Asked = (LogRecord, Option<oneshot::Sender<Outcome>>);

/// Writes rows in groups: what comes while one commit is under way shares the next.
#[derive(Clone, Debug)]
pub struct RequestLog {
    live: mpsc::UnboundedSender<Asked>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Whether the last commit failed for want of a database.
    failing: AtomicBool,
    /// Rows that are not yet written, whether somebody waits for them or not.
    under_way: AtomicUsize,
}

impl RequestLog {
    /// Call it on the runtime that will serve.
    pub fn new(db: Db) -> Self {
        let (live, asked) = mpsc::unbounded_channel();
        let shared = Arc::<Shared>::default();
        let keeper = Keeper {
            asked,
            backlog: VecDeque::new(),
            writer: Writer::new(db),
            shared: shared.clone(),
            retry_at: Instant::now(),
            report: Report::default(),
        };
        tokio::spawn(keeper.run());
        Self { live, shared }
    }

    /// Resolves when the row is committed. A row that could not be written yet is written later all the same, as that
    /// of a request whose answer was withheld.
    pub async fn write(&self, row: LogRecord) -> Outcome {
        let (asker, outcome) = oneshot::channel();
        self.send((row, Some(asker)));
        outcome.await.unwrap_or(Err(Unwritten::Yet))
    }

    /// Writes the row of a request that nobody waits for any more.
    pub fn write_later(&self, row: LogRecord) {
        self.send((row, None));
    }

    fn send(&self, asked: Asked) {
        self.shared.under_way.fetch_add(1, Ordering::SeqCst);
        // The keeper ends with the last of us; before that only where it broke.
        if self.live.send(asked).is_err() {
            self.shared.failing.store(true, Ordering::Relaxed);
            self.shared.under_way.fetch_sub(1, Ordering::SeqCst);
        }
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

/// The one who writes.
struct Keeper {
    asked: mpsc::UnboundedReceiver<Asked>,
    backlog: VecDeque<LogRecord>,
    writer: Writer,
    shared: Arc<Shared>,
    /// While rows cannot be written: when the next try is due. Until then whoever asks is told so at once.
    retry_at: Instant,
    report: Report,
}

impl Keeper {
    /// Until nobody is left who could ask.
    async fn run(mut self) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        loop {
            tokio::select! {
                biased;
                taken = self.asked.recv_many(&mut batch, MAX_BATCH) => if taken == 0 { return },
                () = sleep_until(self.retry_at), if !self.backlog.is_empty() => {}
            }
            if self.is_failing() && Instant::now() < self.retry_at {
                for (row, asker) in batch.drain(..) {
                    self.done(row, asker, Err(Unwritten::Yet));
                }
                continue;
            }
            if !batch.is_empty() {
                gather(&mut self.asked, &mut batch, MAX_BATCH).await;
                self.write_live(&mut batch).await;
            }
            if Instant::now() >= self.retry_at {
                self.write_backlog().await;
            }
        }
    }

    fn is_failing(&self) -> bool {
        self.shared.failing.load(Ordering::Relaxed)
    }

    async fn write_live(&mut self, batch: &mut Vec<Asked>) {
        let (rows, askers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let outcomes = self.write_all(&rows).await;
        let failing = outcomes.contains(&Err(Unwritten::Yet));
        self.set_failing(failing);
        for ((row, asker), outcome) in rows.into_iter().zip(askers).zip(outcomes) {
            self.done(row, asker, outcome);
        }
    }

    fn set_failing(&mut self, failing: bool) {
        self.shared.failing.store(failing, Ordering::Relaxed);
        if failing {
            self.retry_at = Instant::now() + RETRY_PAUSE;
        }
    }

    /// Tells whoever asked. What could not be written yet is kept, as long as there is room.
    fn done(&mut self, row: LogRecord, asker: Option<oneshot::Sender<Outcome>>, outcome: Outcome) {
        if outcome == Err(Unwritten::Yet) && self.backlog.len() < MAX_BACKLOG {
            self.backlog.push_back(if asker.is_some() { withheld(row) } else { row });
        } else {
            self.report.lost += usize::from(outcome.is_err());
            self.shared.under_way.fetch_sub(1, Ordering::SeqCst);
        }
        // Whoever has left needs no answer.
        let _ = asker.map(|asker| asker.send(outcome));
    }

    /// One batch of what was held back.
    async fn write_backlog(&mut self) {
        let rows: Vec<_> = self.backlog.drain(..self.backlog.len().min(MAX_BATCH)).collect();
        if rows.is_empty() {
            return;
        }
        let outcomes = self.write_all(&rows).await;
        for (row, outcome) in rows.into_iter().zip(&outcomes) {
            if *outcome == Err(Unwritten::Yet) {
                // Behind the others: what the database refuses again and again keeps none of them waiting.
                self.backlog.push_back(row);
            } else {
                self.report.lost += usize::from(outcome.is_err());
                self.shared.under_way.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let is_away = outcomes.contains(&Err(Unwritten::Yet));
        // Where nobody asks it is these that tell whether all is well again.
        self.set_failing(is_away && self.is_failing());
        self.retry_at = Instant::now() + if is_away { RETRY_PAUSE } else { Duration::ZERO };
    }

    /// All rows of a message in one commit; where the database refuses one of them, each by itself. Ends with the first
    /// that the database is away for.
    async fn write_all(&mut self, rows: &[LogRecord]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for piece in self.writer.pieces(rows) {
            match self.write_some(piece).await {
                Err(Unwritten::Ever) if piece.len() > 1 => {
                    for row in piece {
                        outcomes.push(self.write_some(std::slice::from_ref(row)).await);
                        if outcomes.last() == Some(&Err(Unwritten::Yet)) {
                            break;
                        }
                    }
                }
                outcome => outcomes.resize(outcomes.len() + piece.len(), outcome),
            }
            if outcomes.last() == Some(&Err(Unwritten::Yet)) {
                break;
            }
        }
        outcomes.resize(rows.len(), Err(Unwritten::Yet));
        outcomes
    }

    async fn write_some(&mut self, rows: &[LogRecord]) -> Outcome {
        let error = match timeout(COMMIT_TIMEOUT, self.writer.write(rows)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => store::Error::too_slow(),
        };
        self.report.failed(&error, rows.len(), self.backlog.len());
        Err(if error.is_about_values() { Unwritten::Ever } else { Unwritten::Yet })
    }
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

/// Tells the log of the process.
#[derive(Default)]
struct Report {
    pace: Paced,
    /// Rows that are in no log.
    lost: usize,
}

impl Report {
    fn failed(&mut self, error: &store::Error, rows: usize, waiting: usize) {
        if self.pace.due(std::time::Instant::now()).is_some() {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            let lost = std::mem::take(&mut self.lost);
            tracing::error!(%error, cause, rows, waiting, lost, "request log rows were not written");
        }
    }
}
