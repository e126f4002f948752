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
    /// The one place that computes it. `now` is the database's clock. Revoked beats expired.
    pub fn at(
        now: OffsetDateTime,
        expires_at: Option<OffsetDateTime>,
        revoked_at: Option<OffsetDateTime>,
    ) -> Self {
        if revoked_at.is_some_and(|at| at <= now) {
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
    #[error("Choose one of the listed expirations.")]
    UnknownChoice,
    #[error("Enter a date as year-month-day, such as 2027-03-31.")]
    Malformed,
    #[error("Choose a date that is not in the past.")]
    Past,
    #[error("Choose a date within the next 10 years, or no expiration.")]
    TooFar,
}

impl BadExpiration {
    /// The form field to mend.
    pub fn field(self) -> &'static str {
        match self {
            Self::UnknownChoice => "expiration",
            _ => "expires_on",
        }
    }
}

impl Expiration {
    /// The presets, as value, label and length in days.
    pub const PRESETS: [(&'static str, &'static str, i64); 5] = [
        ("7d", "7 days", 7),
        ("30d", "30 days", 30),
        ("60d", "60 days", 60),
        ("90d", "90 days", 90),
        ("1y", "1 year", 365),
    ];

    /// Reads the form: a choice, and the day that goes with `custom` (`YYYY-MM-DD`).
    pub fn parse(choice: &str, day: &str) -> Result<Self, BadExpiration> {
        match choice {
            "none" => Ok(Self::Never),
            "custom" => parse_day(day).map(Self::On).ok_or(BadExpiration::Malformed),
            preset => Self::PRESETS
                .into_iter()
                .find(|(value, ..)| *value == preset)
                .map(|(.., days)| Self::In(Duration::days(days)))
                .ok_or(BadExpiration::UnknownChoice),
        }
    }

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

fn end_of(day: Date) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT).assume_utc() + Duration::seconds(86_399)
}

fn parse_day(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text.trim(), format).ok()
}

/// How long the old secret goes on after a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// Not at all, when the duration is zero.
    For(Duration),
    Until(OffsetDateTime),
}

/// Why an overlap cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOverlap {
    #[error("The old secret can stop now or later, not in the past. Leave this out to stop it at once.")]
    Past,
    #[error("The old secret can go on for at most 30 days.")]
    TooLong,
}

impl Overlap {
    /// The old secret stops at once.
    pub const NONE: Self = Self::For(Duration::ZERO);
    pub const MAX: Duration = Duration::days(30);
    /// Value and label of each choice in the console.
    pub const CHOICES: [(&'static str, &'static str, Duration); 4] = [
        ("now", "Stops working immediately", Duration::ZERO),
        ("1h", "1 hour", Duration::hours(1)),
        ("24h", "24 hours", Duration::hours(24)),
        ("7d", "7 days", Duration::days(7)),
    ];

    pub fn parse(choice: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|(value, ..)| *value == choice).map(|(.., length)| Self::For(length))
    }

    /// When the old secret stops: never later than the key's own expiry, as it is after the rotation.
    pub fn stops_at(
        self,
        now: OffsetDateTime,
        expires_at: Option<OffsetDateTime>,
    ) -> Result<OffsetDateTime, BadOverlap> {
        let stops_at = match self {
            Self::For(length) => now.checked_add(length).ok_or(BadOverlap::TooLong)?,
            Self::Until(at) => at,
        };
        if stops_at < now {
            return Err(BadOverlap::Past);
        }
        if stops_at - now > Self::MAX {
            return Err(BadOverlap::TooLong);
        }
        Ok(expires_at.map_or(stops_at, |expiry| stops_at.min(expiry.max(now))))
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
            (past, future, KeyStatus::Expired),
        ] {
            assert_eq!(KeyStatus::at(NOW, expires, revoked), status, "{expires:?} {revoked:?}");
        }
    }

    #[test]
    fn expirations_resolve_or_say_what_is_wrong() {
        let resolve = |choice, day| Expiration::parse(choice, day).and_then(|e| e.resolve(NOW));
        assert_eq!(resolve("none", ""), Ok(None));
        assert_eq!(resolve("7d", ""), Ok(Some(NOW + Duration::days(7))));
        assert_eq!(resolve("custom", "2026-11-23"), Ok(Some(datetime!(2026-11-23 23:59:59 UTC))));
        assert_eq!(resolve("custom", "2026-11-22"), Err(BadExpiration::Past));
        assert_eq!(resolve("custom", "9999-12-31"), Err(BadExpiration::TooFar));
        assert_eq!(resolve("custom", ""), Err(BadExpiration::Malformed));
        assert_eq!(resolve("custom", "31.12.2026"), Err(BadExpiration::Malformed));
        assert_eq!(resolve("custom", "2026-02-30"), Err(BadExpiration::Malformed));
        assert_eq!(resolve("8d", ""), Err(BadExpiration::UnknownChoice));
    }

    #[test]
    fn an_overlap_never_outlives_the_key() {
        let week = Overlap::parse("7d").unwrap();
        assert_eq!(week.stops_at(NOW, None), Ok(NOW + Duration::days(7)));
        assert_eq!(week.stops_at(NOW, Some(NOW + Duration::days(2))), Ok(NOW + Duration::days(2)));
        assert_eq!(Overlap::parse("now").unwrap().stops_at(NOW, None), Ok(NOW));
        assert_eq!(Overlap::parse("31d"), None);
    }

    #[test]
    fn an_overlap_lasts_at_most_30_days_and_ends_no_earlier_than_now() {
        let until = |at| Overlap::Until(at).stops_at(NOW, None);
        assert_eq!(until(NOW), Ok(NOW));
        assert_eq!(until(NOW + Overlap::MAX), Ok(NOW + Overlap::MAX));
        assert_eq!(until(NOW + Overlap::MAX + Duration::SECOND), Err(BadOverlap::TooLong));
        assert_eq!(until(NOW - Duration::SECOND), Err(BadOverlap::Past));
    }

    proptest! {
        #[test]
        fn no_input_makes_an_expiration_panic(choice in "\\PC{0,12}", day in "\\PC{0,12}", year in -9999_i32..=9999) {
            let _ = Expiration::parse(&choice, &day).and_then(|e| e.resolve(NOW));
            let day = date!(2026-01-01).replace_year(year).unwrap();
            let _ = Expiration::On(day).resolve(NOW);
        }
    }
}
