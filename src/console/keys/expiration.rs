//! When a key expires, as forms ask for it: **Expiration**, and **Expires on** for a custom date.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::console::ui::choice::{Choice, SelectField};
use crate::console::ui::field::{FormState, TextField};

/// What is chosen at first.
pub const FIRST: &str = "90d";

/// What a form offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expirations {
    pub choices: Vec<Choice>,
    /// First and last day that **Expires on** takes, `YYYY-MM-DD`.
    pub days: (String, String),
}

#[component]
pub fn ExpirationFields(
    expiration: String,
    expires_on: String,
    offered: Expirations,
    state: FormState,
) -> impl IntoView {
    view! {
        <SelectField label="Expiration" name="expiration" value=expiration options=offered.choices state/>
        // Asked for while the select above says so. The style sheet hides it otherwise.
        <div class="custom-date">
            <TextField
                label="Expires on"
                name="expires_on"
                kind="date"
                value=expires_on
                days=offered.days
                hint="The key works until the end of that day, UTC."
                state
                optional=true
            />
        </div>
    }
}

#[cfg(feature = "ssr")]
mod read {
    use time::{Date, Duration, OffsetDateTime};

    use super::{Choice, Expirations};
    use crate::console::error::FieldError;
    use crate::console::ui::time_text;
    use crate::domain::key::{BadExpiration, Expiration, MAX_EXPIRY};

    /// The value that asks for a date.
    const CUSTOM: &str = "custom";

    /// The values, labels and lengths in days of what is offered.
    const PRESETS: [(&str, &str, i64); 5] = [
        ("7d", "7 days", 7),
        ("30d", "30 days", 30),
        ("60d", "60 days", 60),
        ("90d", "90 days", 90),
        ("1y", "1 year", 365),
    ];

    impl Expirations {
        /// What is offered at this moment.
        pub fn at(now: OffsetDateTime) -> Self {
            let mut choices = vec![Choice::new("none", "No expiration")];
            for (value, label, days) in PRESETS {
                let until = time_text::full_date(now + Duration::days(days));
                choices.push(Choice::new(value, format!("{label} (until {until})")));
            }
            choices.push(Choice::new(CUSTOM, "Custom date"));
            let last = now + MAX_EXPIRY - Duration::DAY;
            Self { choices, days: (time_text::input_date(now), time_text::input_date(last)) }
        }
    }

    /// Reads what was chosen, and the day that goes with a custom date (`YYYY-MM-DD`).
    pub fn parse(choice: &str, day: &str) -> Result<Expiration, FieldError> {
        match choice {
            "none" => Ok(Expiration::Never),
            CUSTOM if day.trim().is_empty() => {
                Err(FieldError::new("expires_on", "Enter a date, with day, month and year."))
            }
            CUSTOM => parse_day(day).map(Expiration::On).ok_or_else(|| {
                FieldError::new("expires_on", "Enter a date that there is, such as 2027-03-31.")
            }),
            preset => {
                let days = PRESETS.into_iter().find(|(value, ..)| *value == preset).map(|(.., days)| days);
                let days = days
                    .ok_or_else(|| FieldError::new("expiration", "Choose one of the listed expirations."))?;
                Ok(Expiration::In(Duration::days(days)))
            }
        }
    }

    fn parse_day(text: &str) -> Option<Date> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        Date::parse(text.trim(), format).ok()
    }

    /// An expiration that cannot be had.
    pub fn refused(error: BadExpiration) -> FieldError {
        FieldError::new("expires_on", error)
    }

    #[cfg(test)]
    mod tests {
        use proptest::prelude::*;
        use time::macros::date;

        use super::*;

        #[test]
        fn choices_are_read_or_their_field_is_named() {
            let read = |choice, day| parse(choice, day).map_err(|error| error.field);
            assert_eq!(read("none", ""), Ok(Expiration::Never));
            assert_eq!(read("1y", "nonsense"), Ok(Expiration::In(Duration::days(365))));
            assert_eq!(read("custom", " 2028-02-29 "), Ok(Expiration::On(date!(2028 - 02 - 29))));
            for day in ["", "31.12.2026", "2026-02-30", "2026-02-29"] {
                assert_eq!(read("custom", day), Err("expires_on".to_owned()), "{day}");
            }
            assert_eq!(read("8d", ""), Err("expiration".to_owned()));
        }

        proptest! {
            #[test]
            fn nothing_typed_makes_it_panic(choice in "\\PC{0,12}", day in "\\PC{0,12}") {
                let _ = parse(&choice, &day);
                let _ = parse("custom", &day);
            }
        }
    }
}
#[cfg(feature = "ssr")]
pub use read::{parse, refused};
