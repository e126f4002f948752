//! Times in words, from the database's clock.

use time::{Duration, OffsetDateTime};

use super::model::When;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in the past: "3 hours ago", "yesterday", "Oct 1".
pub fn past(at: OffsetDateTime, now: OffsetDateTime) -> When {
    let ago = now - at;
    let text = if ago < Duration::MINUTE {
        "just now".to_owned()
    } else if ago < Duration::DAY {
        format!("{} ago", length(ago))
    } else if ago < Duration::days(2) {
        "yesterday".to_owned()
    } else if ago < Duration::days(7) {
        format!("{} days ago", ago.whole_days())
    } else {
        date(at, now)
    };
    When { text, iso: iso(at) }
}

/// A moment that a key stops at, before or behind us: "in 3 hours", "Mar 3, 2027", "Nov 1".
pub fn deadline(at: OffsetDateTime, now: OffsetDateTime) -> When {
    let left = at - now;
    let soon = left.is_positive() && left < Duration::DAY;
    When { text: if soon { format!("in {}", self::left(at, now)) } else { date(at, now) }, iso: iso(at) }
}

/// How long until `at`: "7 days" in the first moments of seven days, not "6 days".
pub fn left(at: OffsetDateTime, now: OffsetDateTime) -> String {
    length(at - now + Duration::seconds(30))
}

/// A length of time in its largest whole unit: "1 minute", "23 hours", "5 days".
pub fn length(length: Duration) -> String {
    let (count, unit) = if length >= Duration::days(2) {
        (length.whole_days(), "day")
    } else if length >= Duration::HOUR {
        (length.whole_hours(), "hour")
    } else {
        (length.whole_minutes().max(1), "minute")
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// "Nov 28" this year, "Mar 3, 2027" in any other.
fn date(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let day = format!("{} {}", MONTHS[usize::from(u8::from(at.month()) - 1)], at.day());
    if at.year() == now.year() { day } else { format!("{day}, {}", at.year()) }
}

/// "February 21, 2027".
pub fn full_date(at: OffsetDateTime) -> String {
    format!("{} {}, {}", at.month(), at.day(), at.year())
}

/// "2026-11-23", as date inputs take it.
pub fn input_date(at: OffsetDateTime) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
}

fn iso(at: OffsetDateTime) -> String {
    let (hour, minute, second) = at.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", input_date(at))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-23 15:00 UTC);

    #[test]
    fn the_past_reads_as_people_say_it() {
        for (ago, text) in [
            (Duration::seconds(-3), "just now"),
            (Duration::seconds(59), "just now"),
            (Duration::seconds(60), "1 minute ago"),
            (Duration::minutes(59), "59 minutes ago"),
            (Duration::minutes(61), "1 hour ago"),
            (Duration::hours(23), "23 hours ago"),
            (Duration::hours(24), "yesterday"),
            (Duration::hours(49), "2 days ago"),
            (Duration::days(7), "Nov 16"),
            (Duration::days(387), "Nov 1, 2025"),
        ] {
            assert_eq!(past(NOW - ago, NOW).text, text);
        }
        assert_eq!(past(NOW, NOW).iso, "2026-11-23T15:00:00Z");
        assert_eq!(past(NOW, NOW).exact(), "2026-11-23 15:00:00 UTC");
    }

    #[test]
    fn deadlines_read_as_people_say_them() {
        for (left, text) in [
            (Duration::minutes(90), "in 1 hour"),
            (Duration::hours(24) - Duration::seconds(1), "in 24 hours"),
            (Duration::days(5), "Nov 28"),
            (Duration::days(100), "Mar 3, 2027"),
            (Duration::days(-22), "Nov 1"),
        ] {
            assert_eq!(deadline(NOW + left, NOW).text, text);
        }
    }
}
