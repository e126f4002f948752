//! Moments as people read them, with the exact time behind.

use leptos::either::Either;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A moment, as people read it and as machines do. The words are the server's, by the database's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// "3 hours ago", "Mar 3, 2027".
    pub text: String,
    /// RFC 3339, UTC, whole seconds: "2026-11-23T14:55:02Z".
    pub iso: String,
    /// Whether the words change as time goes on, and how.
    pub ticks: Option<Ticks>,
}

/// How words about a moment go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ticks {
    /// "3 hours ago"
    Ago,
    /// "in 3 hours"
    Until,
}

impl Ticks {
    /// As the browser part finds it.
    fn slug(self) -> &'static str {
        match self {
            Self::Ago => "ago",
            Self::Until => "until",
        }
    }
}

impl When {
    /// "2026-11-23 14:55:02 UTC".
    pub fn exact(&self) -> String {
        self.iso.replace('T', " ").replace('Z', " UTC")
    }

    pub fn show(self) -> impl IntoView + use<> {
        let exact = self.exact();
        view! {
            <time datetime=self.iso title=exact data-ticks=self.ticks.map(Ticks::slug)>
                {self.text}
            </time>
        }
    }
}

pub fn or_never(when: Option<When>) -> impl IntoView + use<> {
    match when {
        Some(when) => Either::Left(when.show()),
        None => Either::Right(view! { <span class="soft">"Never"</span> }),
    }
}

/// How long ago that many seconds are, `None` for so long that a date says more. Both the server and the browser say it
/// so, or times would change their words when the page comes alive.
pub fn ago(seconds: i64) -> Option<String> {
    const DAY: i64 = 86_400;
    Some(match seconds {
        ..60 => "just now".to_owned(),
        60..DAY => [&length(seconds), " ago"].concat(),
        DAY..172_800 => "yesterday".to_owned(),
        172_800..604_800 => [&length(seconds), " ago"].concat(),
        _ => return None,
    })
}

/// "in 3 hours" for that many seconds ahead; `None` for what is not within a day.
pub fn ahead(seconds: i64) -> Option<String> {
    (1..86_400).contains(&seconds).then(|| ["in ", &length(seconds + 30)].concat())
}

/// A length of time in its largest whole unit: "1 minute", "23 hours", "5 days".
pub fn length(seconds: i64) -> String {
    let (count, unit) = match seconds {
        172_800.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        _ => ((seconds / 60).max(1), "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    [count.to_string().as_str(), " ", unit, plural].concat()
}
