//! The secrets that a key has or had.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::input;
use super::older::OlderSecret;
use crate::console::caller::Admin;
use crate::console::error::{ConsoleError, Thing};
use crate::console::paths;
use crate::console::ui::table::table;
use crate::console::ui::time::{When, or_never};
use crate::console::ui::time_text;
use crate::domain::key::KeyStatus;
use crate::store;
use crate::store::keys::{KeyRecord, SecretRecord};

/// One secret that a key has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    id: String,
    last_four: String,
    state: State,
    made: When,
    last_used: Option<When>,
    /// When it stops or stopped by itself.
    stops: Option<When>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Current,
    StillWorks,
    Stopped,
    /// The key was revoked or has expired before the secret stopped by itself.
    StoppedWithKey,
}

/// The older secrets of a key that still work.
pub async fn older(admin: &Admin, id: &str) -> Result<Vec<OlderSecret>, ConsoleError> {
    let key = input::key(id)?;
    let (db, account) = (admin.db(), admin.signed_in().account);
    let failed = |error| admin.failed(error);
    let found = store::keys::get(db, account, key).await.map_err(failed)?;
    let (record, now) = found.ok_or(ConsoleError::NotFound(Thing::Key))?;
    let secrets = store::keys::secrets(db, account, key).await.map_err(failed)?;
    let rows = secrets.iter().map(|secret| SecretRow::of(secret, &record, now));
    let works = rows.filter(|row| row.state == State::StillWorks);
    Ok(works.map(|row| row.subject(id)).collect())
}

impl SecretRow {
    pub fn of(secret: &SecretRecord, key: &KeyRecord, now: OffsetDateTime) -> Self {
        let state = match secret.stops_at {
            Some(_) if !secret.works(now) => State::Stopped,
            _ if key.status(now) != KeyStatus::Active => State::StoppedWithKey,
            None => State::Current,
            Some(_) => State::StillWorks,
        };
        let in_words = |at| if at <= now { time_text::past(at, now) } else { time_text::deadline(at, now) };
        Self {
            id: secret.id.to_string(),
            last_four: secret.last_four.clone(),
            state,
            made: time_text::past(secret.created_at, now),
            last_used: secret.last_used_at.map(|at| time_text::past(at, now)),
            stops: secret.stops_at.filter(|_| state != State::StoppedWithKey).map(in_words),
        }
    }

    fn subject(&self, key_id: &str) -> OlderSecret {
        OlderSecret {
            key_id: key_id.to_owned(),
            id: self.id.clone(),
            last_four: self.last_four.clone(),
            last_used: self.last_used.as_ref().map(|when| when.text.clone()),
            stops: self.stops.as_ref().map(|when| when.text.clone()).unwrap_or_default(),
        }
    }

    fn show(&self, key_id: &str) -> impl IntoView + use<> {
        let OlderSecret { id, last_four, last_used, stops, .. } = self.subject(key_id);
        let (state, class) = match self.state {
            State::Current => ("Current", "small soft"),
            State::StillWorks => ("Still works", "small warn-text"),
            State::Stopped => ("Stopped", "small soft"),
            State::StoppedWithKey => ("Stopped with the key", "small soft"),
        };
        let stopped = match self.stops.clone() {
            Some(when) => when.show().into_any(),
            None if self.state == State::Current => {
                view! { <span class="soft">"With the key"</span> }.into_any()
            }
            None => view! { <span class="soft">"–"</span> }.into_any(),
        };
        let href = paths::key_form(key_id, &["secrets/", &id, "/stop"].concat());
        let shown = last_four.clone();
        let stop = match self.state {
            State::StillWorks => view! {
                <td role="cell" class="bare end-cell">
                    <a class="button small" data-action="stop" id=["stop-", &id].concat() href=href>
                        "Stop now"
                    </a>
                </td>
            }
            .into_any(),
            _ => view! { <td role="cell" class="empty-cell"></td> }.into_any(),
        };
        view! {
            <tr role="row" data-older=id data-last-four=last_four data-last-used=last_used data-stops=stops>
                <td role="cell" data-label="Secret">
                    <span class="inline"><code>"****" {shown}</code> <span class=class>{state}</span></span>
                </td>
                <td role="cell" data-label="Made">{self.made.clone().show()}</td>
                <td role="cell" data-label="Last used">{or_never(self.last_used.clone())}</td>
                <td role="cell" data-label="Stops">{stopped}</td>
                {stop}
            </tr>
        }
    }
}

/// The table **Secrets**.
pub fn secret_table(secrets: &[SecretRow], key_id: &str) -> impl IntoView + use<> {
    let columns = [
        ("Secret", "col-secret"),
        ("Made", "col-made"),
        ("Last used", "col-last"),
        ("Stops", ""),
        ("", "col-act"),
    ];
    let rows = secrets.iter().map(|secret| secret.show(key_id)).collect();
    table("Secrets", "mid fixed cards", &columns, rows)
}
