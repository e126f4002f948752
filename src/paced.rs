//! Lines of the process's log that would come by the hundred: one a second, which says how many it stands for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two lines.
const PAUSE: Duration = Duration::from_secs(1);

/// The pace of one kind of line.
#[derive(Debug, Default)]
pub struct Paced {
    last: Mutex<Option<Instant>>,
    held_back: AtomicU64,
}

impl Paced {
    pub const fn new() -> Self {
        Self { last: Mutex::new(None), held_back: AtomicU64::new(0) }
    }

    /// How many were held back before this one; `None` where this one is too.
    pub fn due(&self, now: Instant) -> Option<u64> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            self.held_back.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        *last = Some(now);
        Some(self.held_back.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_stands_for_the_others() {
        let (paced, begun) = (Paced::new(), Instant::now());
        let due = |ms| paced.due(begun + Duration::from_millis(ms));
        assert_eq!(
            [due(0), due(1), due(999), due(1_000), due(1_500), due(2_000)],
            [Some(0), None, None, Some(2), None, Some(1)]
        );
    }
}
