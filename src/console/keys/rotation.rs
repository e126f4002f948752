//! What a rotation finds: the secrets that work today, and what each choice means for each of them.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::expiration::Expirations;
use super::subject::Status;
#[cfg(feature = "ssr")]
use crate::console::caller::admin;
use crate::console::error::ConsoleError;
use crate::console::ui::choice::{Choice, RadioField};
use crate::console::ui::field::FormState;
use crate::console::ui::table::table;
use crate::console::ui::time::{When, or_never};

/// What a rotation finds, and what it lets choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationPlan {
    pub status: Status,
    pub secret_id: String,
    /// The secrets that work today, newest first.
    pub secrets: Vec<WorkingSecret>,
    /// What may become of the old secret, each with what it means for every secret. The first is chosen.
    pub overlaps: Vec<Choice>,
    pub expirations: Expirations,
    pub token: String,
}

/// A secret that works today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingSecret {
    pub last_four: String,
    pub last_used: Option<When>,
    /// When an older one stops.
    pub stops: Option<When>,
    /// "With the key, Mar 3, 2027", for the current one.
    pub with_key: String,
}

#[server(prefix = "/console", endpoint = "rotation", input = Json)]
pub async fn rotation(id: String) -> Result<RotationPlan, ConsoleError> {
    load(&admin().await?, &id).await
}

/// **Old secret**, under the secrets that work today. An expired key has none.
pub fn old_secret_fields(found: &RotationPlan, chosen: String, state: FormState) -> impl IntoView + use<> {
    if found.status == Status::Expired {
        return Either::Left(view! {
            <p>"This key has expired. It gets a new secret, shown once, and works again until its new expiration."</p>
            <input type="hidden" name="old_secret" value="now"/>
        });
    }
    let (secrets, options) = (found.secrets.clone(), found.overlaps.clone());
    Either::Right(view! {
        <p>"The key gets a new secret, shown once. " {how_many(secrets.len())}</p>
        <div class="living">{working_secrets(secrets)}</div>
        <RadioField label="Old secret" name="old_secret" value=chosen options state/>
    })
}

fn how_many(secrets: usize) -> String {
    match secrets {
        1 => "One secret works today:".to_owned(),
        2 => "Two secrets work today:".to_owned(),
        many => [&many.to_string(), " secrets work today:"].concat(),
    }
}

fn working_secrets(secrets: Vec<WorkingSecret>) -> impl IntoView {
    let row = |secret: WorkingSecret| {
        let kind = if secret.stops.is_some() { "older" } else { "current" };
        let stops = match secret.stops {
            Some(when) => Either::Left(view! { <span class="warn-text">{when.show()}</span> }),
            None => Either::Right(view! { <span class="soft">{secret.with_key}</span> }),
        };
        view! {
            <tr role="row">
                <td role="cell" data-label="Secret">
                    <span class="inline"><code>"****" {secret.last_four}</code> <span class="soft small">{kind}</span></span>
                </td>
                <td role="cell" data-label="Last used">{or_never(secret.last_used)}</td>
                <td role="cell" data-label="Stops">{stops}</td>
            </tr>
        }
    };
    let rows = secrets.into_iter().map(row).collect();
    table("Secrets that work today", "mid", &[("Secret", ""), ("Last used", ""), ("Stops", "")], rows)
}

#[cfg(feature = "ssr")]
pub fn raced() -> ConsoleError {
    ConsoleError::Conflict(
        "This key has been rotated since you opened this form, so nothing was changed. \
         Look at the key before you rotate it again."
            .to_owned(),
    )
}

/// What a rotation finds, and what each choice means for each secret.
#[cfg(feature = "ssr")]
mod plan {
    use time::{Duration, OffsetDateTime};

    use super::{Choice, ConsoleError, Expirations, RotationPlan, Status, WorkingSecret};
    use crate::console::caller::Admin;
    use crate::console::error::Thing;
    use crate::console::keys::{input, row};
    use crate::console::ui::time_text;
    use crate::domain::key::Overlap;
    use crate::store;
    use crate::store::keys::{KeyRecord, SecretRecord};

    const LENGTHS: [(&str, &str, Duration); 3] = [
        ("1h", "1 hour", Duration::hours(1)),
        ("24h", "24 hours", Duration::hours(24)),
        ("7d", "7 days", Duration::days(7)),
    ];

    pub fn parse(choice: &str) -> Option<Overlap> {
        match choice {
            "now" => Some(Overlap::None),
            "promised" => Some(Overlap::AsPromised),
            "unseen" => Some(Overlap::Unseen),
            choice => {
                let chosen = LENGTHS.into_iter().find(|(value, ..)| *value == choice);
                chosen.map(|(.., length)| Overlap::For(length))
            }
        }
    }

    pub async fn load(admin: &Admin, id: &str) -> Result<RotationPlan, ConsoleError> {
        let key = input::key(id)?;
        let account = admin.signed_in().account;
        let failed = |error| admin.failed(error);
        let found = store::keys::get(admin.db(), account, key).await.map_err(failed)?;
        let (record, now) = found.ok_or(ConsoleError::NotFound(Thing::Key))?;
        let secrets = store::keys::secrets(admin.db(), account, key).await.map_err(failed)?;
        let working: Vec<&SecretRecord> = secrets.iter().filter(|secret| secret.works(now)).collect();
        let mut expirations = Expirations::at(now);
        let status = row::status(record.status(now));
        if status != Status::Expired {
            let until = record.expires_at.map_or_else(|| "no expiration".to_owned(), time_text::full_date);
            expirations.choices.insert(0, Choice::new("keep", format!("Keep current ({until})")));
        }
        Ok(RotationPlan {
            status,
            secret_id: record.secret_id.to_string(),
            overlaps: overlaps(&working, &record, now),
            secrets: working.iter().map(|secret| show(secret, &record, now)).collect(),
            expirations,
            token: uuid::Uuid::new_v4().to_string(),
        })
    }

    fn show(secret: &SecretRecord, key: &KeyRecord, now: OffsetDateTime) -> WorkingSecret {
        let with_key = match key.expires_at {
            Some(at) => format!("With the key, {}", time_text::deadline(at, now).text),
            None => "With the key".to_owned(),
        };
        WorkingSecret {
            last_four: secret.last_four.clone(),
            last_used: secret.last_used_at.map(|at| time_text::past(at, now)),
            stops: secret.stops_at.map(|at| time_text::at_minute(at, now)),
            with_key,
        }
    }

    fn overlaps(working: &[&SecretRecord], key: &KeyRecord, now: OffsetDateTime) -> Vec<Choice> {
        let current = &key.last_four;
        let older: Vec<&&SecretRecord> = working.iter().filter(|secret| secret.stops_at.is_some()).collect();
        let names = older.iter().map(|secret| secret.last_four.as_str()).collect::<Vec<_>>().join(", ");
        let mut choices = Vec::new();
        if let Some(last) = older.iter().filter_map(|secret| secret.stops_at).max() {
            let until = time_text::minute(last, now);
            let meaning = match older.as_slice() {
                [_] => format!("{names} and {current} stop {until}"),
                _ => format!("{current}: {until}; {names} as promised"),
            };
            choices.push(Choice::new("promised", "Keep what was promised").meaning(meaning));
        }
        let at_once = match older.len() {
            0 => format!("{current} stops with the click"),
            1 => "Both stop with the click".to_owned(),
            many => format!("All {} stop with the click", many + 1),
        };
        choices.push(Choice::new("now", "Stops working immediately").meaning(at_once));
        for (value, label, length) in LENGTHS {
            let stops = key.expires_at.map_or(now + length, |expiry| expiry.min(now + length));
            let until = time_text::minute(stops, now);
            let meaning = if older.is_empty() {
                format!("{current} stops {until}")
            } else {
                format!("{current}: {until}; {names} as promised")
            };
            choices.push(Choice::new(value, label).meaning(meaning));
        }
        choices
    }
}
#[cfg(feature = "ssr")]
pub use plan::{load, parse};
