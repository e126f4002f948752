//! Times in words, from the database's clock.

use time::OffsetDateTime;

use super::time::{Ticks, When, ago, ahead, length};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in the past: "3 hours ago", "yesterday", "Oct 1".
pub fn past(at: OffsetDateTime, now: OffsetDateTime) -> When {
    match ago((now - at).whole_seconds()) {
        Some(text) => When { text, iso: iso(at), ticks: Some(Ticks::Ago) },
        None => When { text: date(at, now), iso: iso(at), ticks: None },
    }
}

/// A moment that a key stops at, before or behind us: "in 3 hours", "Mar 3, 2027", "Nov 1".
pub fn deadline(at: OffsetDateTime, now: OffsetDateTime) -> When {
    match ahead((at - now).whole_seconds()) {
        Some(text) => When { text, iso: iso(at), ticks: Some(Ticks::Until) },
        None => When { text: date(at, now), iso: iso(at), ticks: None },
    }
}

/// "16:42 UTC"
pub fn clock(at: OffsetDateTime) -> String {
    let (hour, minute, _) = at.to_hms();
    format!("{hour:02}:{minute:02} UTC")
}

/// A moment to the minute: "17:42 UTC" today, "Nov 28, 16:42 UTC" on another day.
pub fn minute(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let time = clock(at);
    if at.date() == now.date() { time } else { format!("{}, {time}", date(at, now)) }
}

/// The same as something that can be shown.
pub fn at_minute(at: OffsetDateTime, now: OffsetDateTime) -> When {
    When { text: minute(at, now), iso: iso(at), ticks: None }
}

/// How long until `at`: "7 days" in the first moments of seven days, not "6 days".
pub fn left(at: OffsetDateTime, now: OffsetDateTime) -> String {
    length((at - now).whole_seconds() + 30)
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

/// "2026-11-23T14:55:02Z"
pub fn iso(at: OffsetDateTime) -> String {
    let (hour, minute, second) = at.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", input_date(at))
}

#[cfg(test)]
mod tests {
    use time::Duration;
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
