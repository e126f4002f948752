//! Secrets as this copy of the server last read them, for as long as it surely hears of every change.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use quick_cache::sync::Cache;
use rustix::time::{ClockId, clock_gettime};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::known_secret::KnownSecret;
use crate::store::replicas::LEASE;

/// Most secrets that are kept: some 30 MB of them.
const MOST: usize = 50_000;

/// How much earlier than the database we take a lease to end, should one clock run faster than the other.
const MARGIN: Duration = Duration::from_millis(250);

/// A moment by the clock of this machine that never steps, and goes on while the machine sleeps.
#[derive(Clone, Copy, Debug)]
pub struct Moment(Duration);

impl Moment {
    pub fn now() -> Self {
        // Where it is not called so, the monotonic clock goes on while the machine sleeps.
        #[cfg(target_os = "linux")]
        let clock = ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let clock = ClockId::Monotonic;
        Self(clock_gettime(clock).try_into().unwrap_or_default())
    }

    fn elapsed(self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}

/// Until when memory may be used.
#[derive(Clone, Copy, Debug)]
pub struct Validity {
    /// Before the lease was asked for.
    pub asked_at: Moment,
    /// The database's clock after that.
    pub granted_at: OffsetDateTime,
    /// Every change up to this one has been taken into account.
    pub revision: i64,
}

impl Validity {
    /// The database's clock, or a little later; `None` when the time is up.
    fn now(self) -> Option<OffsetDateTime> {
        let age = self.asked_at.elapsed();
        (age < LEASE - MARGIN).then(|| self.granted_at + age)
    }
}

/// A secret, and the time at which that holds.
#[derive(Clone, Debug)]
pub struct Found {
    pub secret: Arc<KnownSecret>,
    /// By the database's clock.
    pub now: OffsetDateTime,
}

/// What was known of changes when something was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

/// What is kept of secrets, by their ids.
#[derive(Debug)]
pub struct Memory {
    secrets: Cache<Uuid, Arc<KnownSecret>>,
    /// How often something was forgotten. Locked while something is kept or forgotten.
    forgotten: Mutex<u64>,
    validity: RwLock<Option<Validity>>,
    /// When the last lease was asked for, or else the beginning.
    last_grant: RwLock<Moment>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            secrets: Cache::new(MOST),
            forgotten: Mutex::default(),
            validity: RwLock::default(),
            last_grant: RwLock::new(Moment::now()),
        }
    }
}

impl Memory {
    /// The secret, if it is kept and every change is heard of.
    pub fn find(&self, id: Uuid) -> Option<Found> {
        let validity = *self.validity.read().unwrap_or_else(PoisonError::into_inner);
        // First the time, then the secret: one that is kept while the time runs is what the last change left.
        let now = validity?.now()?;
        Some(Found { secret: self.secrets.get(&id)?, now })
    }

    /// To be taken before something is asked for that is to be kept.
    pub fn stamp(&self) -> Stamp {
        Stamp(*self.lock())
    }

    /// Keeps these, unless something was forgotten since the stamp was taken: they may be older than that.
    pub fn keep(&self, stamp: Stamp, secrets: impl Iterator<Item = Arc<KnownSecret>>) {
        let forgotten = self.lock();
        if stamp == Stamp(*forgotten) {
            secrets.for_each(|secret| self.secrets.insert(secret.secret, secret));
        }
    }

    /// Forgets what depends on this key, role or account.
    pub fn forget(&self, id: Uuid) {
        *self.lock() += 1;
        self.secrets.retain(|_, secret| !secret.depends_on(id));
    }

    pub fn forget_all(&self) {
        *self.lock() += 1;
        self.secrets.clear();
    }

    /// From now on memory may be used as long as this says.
    pub fn set_validity(&self, validity: Option<Validity>) {
        if let Some(validity) = validity {
            *self.last_grant.write().unwrap_or_else(PoisonError::into_inner) = validity.asked_at;
        }
        *self.validity.write().unwrap_or_else(PoisonError::into_inner) = validity;
    }

    /// Every change up to this one has been taken into account.
    pub fn set_revision(&self, revision: i64) {
        if let Some(validity) = &mut *self.validity.write().unwrap_or_else(PoisonError::into_inner) {
            validity.revision = revision;
        }
    }

    /// How long ago the last lease was asked for that was granted.
    pub fn last_grant(&self) -> Duration {
        self.last_grant.read().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// The last change that this copy goes by; `None` while it has no lease.
    pub fn revision(&self) -> Option<i64> {
        let validity = *self.validity.read().unwrap_or_else(PoisonError::into_inner);
        validity.filter(|validity| validity.now().is_some()).map(|validity| validity.revision)
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [Uuid; 2] = [Uuid::from_u128(1), Uuid::from_u128(2)];

    /// A memory that may be used from so long ago, and knows two keys of one account and role.
    fn memory(age: Duration) -> Memory {
        let memory = Memory::default();
        let asked_at = Moment(Moment::now().0 - age);
        memory.set_validity(Some(Validity { asked_at, granted_at: OffsetDateTime::UNIX_EPOCH, revision: 0 }));
        keep(&memory, memory.stamp());
        memory
    }

    fn keep(memory: &Memory, stamp: Stamp) {
        memory.keep(stamp, KEYS.into_iter().map(|key| Arc::new(KnownSecret::sample(key))));
    }

    fn known(memory: &Memory) -> [bool; 2] {
        KEYS.map(|key| memory.find(key).is_some())
    }

    #[test]
    fn nothing_is_found_when_the_time_is_up() {
        let memory = memory(LEASE - MARGIN - Duration::from_secs(1));
        let now = memory.find(KEYS[0]).unwrap().now;
        let early = now - (OffsetDateTime::UNIX_EPOCH + (LEASE - MARGIN - Duration::from_secs(1)));
        assert!((time::Duration::ZERO..time::Duration::SECOND).contains(&early), "{early}");
        assert_eq!(known(&self::memory(LEASE - MARGIN)), [false, false]);
        memory.set_validity(None);
        assert_eq!(known(&memory), [false, false]);
    }

    #[test]
    fn a_change_makes_forget_what_depends_on_it() {
        let memory = memory(Duration::ZERO);
        assert_eq!(known(&memory), [true, true]);
        memory.forget(KEYS[0]);
        assert_eq!(known(&memory), [false, true]);
        for shared in [Uuid::nil(), Uuid::max()] {
            keep(&memory, memory.stamp());
            memory.forget(shared);
            assert_eq!(known(&memory), [false, false]);
        }
    }

    #[test]
    fn what_may_be_older_than_a_change_is_not_kept() {
        let memory = memory(Duration::ZERO);
        let before = memory.stamp();
        memory.forget_all();
        keep(&memory, before);
        assert_eq!(known(&memory), [false, false]);
        keep(&memory, memory.stamp());
        assert_eq!(known(&memory), [true, true]);
    }
}
