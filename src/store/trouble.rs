//! When a connection last broke: those from before then are not used again.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Milliseconds from the first note to the last. One for the process: it is only about which connections to close.
static LAST_MS: AtomicU64 = AtomicU64::new(0);
static FIRST: OnceLock<Instant> = OnceLock::new();

/// A second note within this time is none: where something breaks again and again, connections are not made anew each
/// time.
const PAUSE: Duration = Duration::from_secs(1);

/// Notes that a connection broke.
pub fn note() {
    if since().is_some_and(|since| since < PAUSE) {
        return;
    }
    let first = FIRST.get_or_init(Instant::now);
    LAST_MS.store(u64::try_from(first.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// How long ago that was, `None` when none ever did.
pub fn since() -> Option<Duration> {
    let first = FIRST.get()?;
    Some(first.elapsed().saturating_sub(Duration::from_millis(LAST_MS.load(Ordering::Relaxed))))
}
