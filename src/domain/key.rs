//! Rules of an API key: its status, when it and its secrets stop.

use time::{Date, Duration, OffsetDateTime, Time};

/// A key's status. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    Active,
    Revoked,
    Expired,
}

impl KeyStatus {
    /// The one place that computes it. `now` is the database's clock, which tells whether a key has expired. Revoked is
    /// what has a revocation, whatever time it is, and beats expired.
    pub fn at(
        now: OffsetDateTime,
        expires_at: Option<OffsetDateTime>,
        revoked_at: Option<OffsetDateTime>,
    ) -> Self {
        if revoked_at.is_some() {
            Self::Revoked
        } else if expires_at.is_some_and(|at| at <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }

    pub const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Revoked];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}

/// Longest time ahead that an expiry may lie.
pub const MAX_EXPIRY: Duration = Duration::days(3653);

/// When a key expires, as chosen in the console or sent to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiration {
    Never,
    In(Duration),
    /// At the end of this day, UTC.
    On(Date),
    At(OffsetDateTime),
}

/// Why an expiration cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadExpiration {
    #[error("Choose a date that is not in the past.")]
    Past,
    #[error("Choose a date within the next 10 years, or no expiration.")]
    TooFar,
}

impl Expiration {
    /// The moment it means, `None` for never. `now` is the database's clock.
    pub fn resolve(self, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, BadExpiration> {
        let at = match self {
            Self::Never => return Ok(None),
            Self::In(length) => now.checked_add(length).ok_or(BadExpiration::TooFar)?,
            Self::On(day) => end_of(day),
            Self::At(at) => at,
        };
        if at <= now {
            Err(BadExpiration::Past)
        } else if at - now > MAX_EXPIRY {
            Err(BadExpiration::TooFar)
        } else {
            Ok(Some(at))
        }
    }
}

/// The last second of a day, UTC.
fn end_of(day: Date) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT).assume_utc() + Duration::seconds(86_399)
}

/// What becomes of a key's secrets when a rotation replaces the current one. An overlap that was promised to an older
/// secret holds, unless every secret is to stop at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// Every secret of the key stops at once.
    None,
    /// The current secret goes on for so long.
    For(Duration),
    /// The current secret goes on until then.
    Until(OffsetDateTime),
    /// The current secret works as long as the last of the older ones.
    AsPromised,
    /// The current secret, which nobody has seen, stops at once; older ones go on.
    Unseen,
}

/// When the secrets stop that a rotation leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stops {
    /// When the secret stops that was current.
    pub current: OffsetDateTime,
    /// Whether that is at once, whatever becomes of clocks.
    pub current_at_once: bool,
    /// Whether older ones stop at once, or when it was promised to them.
    pub older_at_once: bool,
}

/// Why an overlap cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOverlap {
    #[error("The old secret can stop now or later, not in the past. Leave this out to stop it at once.")]
    Past,
    #[error("The old secret can go on for at most 30 days.")]
    TooLong,
    #[error("No older secret works any more. Choose when the current one stops.")]
    NothingPromised,
}

impl Overlap {
    pub const MAX: Duration = Duration::days(30);

    /// When the secrets stop: never later than the key's own expiry, as it is after the rotation. `promised` is when
    /// the last of the older secrets stops, of those that still work.
    pub fn stops(
        self,
        now: OffsetDateTime,
        expires_at: Option<OffsetDateTime>,
        promised: Option<OffsetDateTime>,
    ) -> Result<Stops, BadOverlap> {
        let current = match self {
            Self::None | Self::Unseen => now,
            Self::For(length) => now.checked_add(length).ok_or(BadOverlap::TooLong)?,
            Self::Until(at) => at,
            Self::AsPromised => promised.ok_or(BadOverlap::NothingPromised)?,
        };
        if current < now {
            return Err(BadOverlap::Past);
        }
        if current - now > Self::MAX {
            return Err(BadOverlap::TooLong);
        }
        let current = expires_at.map_or(current, |expiry| current.min(expiry.max(now)));
        Ok(Stops { current, current_at_once: current <= now, older_at_once: self == Self::None })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-23 15:00 UTC);

    #[test]
    fn revoked_beats_expired_and_the_moment_itself_counts() {
        let past = Some(NOW - Duration::SECOND);
        let future = Some(NOW + Duration::SECOND);
        for (expires, revoked, status) in [
            (None, None, KeyStatus::Active),
            (future, None, KeyStatus::Active),
            (Some(NOW), None, KeyStatus::Expired),
            (past, None, KeyStatus::Expired),
            (past, past, KeyStatus::Revoked),
            (None, Some(NOW), KeyStatus::Revoked),
            (None, future, KeyStatus::Revoked),
            (past, future, KeyStatus::Revoked),
        ] {
            assert_eq!(KeyStatus::at(NOW, expires, revoked), status, "{expires:?} {revoked:?}");
        }
    }

    #[test]
    fn expirations_resolve_or_say_what_is_wrong() {
        let on = |day| Expiration::On(day).resolve(NOW);
        assert_eq!(Expiration::Never.resolve(NOW), Ok(None));
        assert_eq!(Expiration::In(Duration::days(7)).resolve(NOW), Ok(Some(NOW + Duration::days(7))));
        assert_eq!(on(date!(2026 - 11 - 23)), Ok(Some(datetime!(2026-11-23 23:59:59 UTC))));
        assert_eq!(on(date!(2028 - 02 - 29)), Ok(Some(datetime!(2028-02-29 23:59:59 UTC))));
        assert_eq!(on(date!(2026 - 11 - 22)), Err(BadExpiration::Past));
        assert_eq!(on(date!(9999 - 12 - 31)), Err(BadExpiration::TooFar));
    }

    #[track_caller]
    fn check(overlap: Overlap, promised: Option<OffsetDateTime>, stops: OffsetDateTime, older_at_once: bool) {
        let found = overlap.stops(NOW, None, promised);
        assert_eq!(
            found,
            Ok(Stops { current: stops, current_at_once: stops == NOW, older_at_once }),
            "{overlap:?}"
        );
    }

    #[test]
    fn what_was_promised_to_an_older_secret_holds_unless_all_stop_at_once() {
        let hour = NOW + Duration::HOUR;
        let day = Some(NOW + Duration::DAY);
        check(Overlap::None, day, NOW, true);
        check(Overlap::For(Duration::HOUR), day, hour, false);
        check(Overlap::Until(hour), day, hour, false);
        check(Overlap::AsPromised, day, NOW + Duration::DAY, false);
        check(Overlap::Unseen, day, NOW, false);
        assert_eq!(Overlap::AsPromised.stops(NOW, None, None), Err(BadOverlap::NothingPromised));
    }

    #[test]
    fn an_overlap_never_outlives_the_key() {
        let current = |expires| Overlap::For(Duration::days(7)).stops(NOW, expires, None).unwrap().current;
        assert_eq!(current(None), NOW + Duration::days(7));
        assert_eq!(current(Some(NOW + Duration::days(2))), NOW + Duration::days(2));
    }

    #[test]
    fn an_overlap_lasts_at_most_30_days_and_ends_no_earlier_than_now() {
        let until = |at| Overlap::Until(at).stops(NOW, None, None).map(|stops| stops.current);
        assert_eq!(until(NOW), Ok(NOW));
        assert_eq!(until(NOW + Overlap::MAX), Ok(NOW + Overlap::MAX));
        assert_eq!(until(NOW + Overlap::MAX + Duration::SECOND), Err(BadOverlap::TooLong));
        assert_eq!(until(NOW - Duration::SECOND), Err(BadOverlap::Past));
    }

    proptest! {
        #[test]
        fn no_day_makes_an_expiration_panic(year in -9999_i32..=9999) {
            let day = date!(2026-01-01).replace_year(year).unwrap();
            let _ = Expiration::On(day).resolve(NOW);
        }
    }
}
