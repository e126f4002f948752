//! When the database was last away: what was idle then is looked at before it is used again.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Milliseconds from the first note to the last. One for the process: it is only about which connections to test.
static LAST_MS: AtomicU64 = AtomicU64::new(0);
static FIRST: OnceLock<Instant> = OnceLock::new();

/// Notes that the database did not answer.
pub fn note() {
    let first = FIRST.get_or_init(Instant::now);
    LAST_MS.store(u64::try_from(first.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// How long ago the database last did not answer, `None` when it always did.
pub fn since() -> Option<Duration> {
    let first = FIRST.get()?;
    Some(first.elapsed().saturating_sub(Duration::from_millis(LAST_MS.load(Ordering::Relaxed))))
}
