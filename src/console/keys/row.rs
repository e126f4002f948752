//! One key as a row shows it.

use time::{Duration, OffsetDateTime};

use super::input;
use super::subject::{KeySubject, Status};
use crate::console::caller::Admin;
use crate::console::error::{ConsoleError, Thing};
use crate::console::ui::time::When;
use crate::console::ui::time_text;
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::store;
use crate::store::keys::KeyRecord;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// `apke_…`
    pub id: String,
    pub name: String,
    /// `aug_sk_prod_****hjt4`
    pub redacted: String,
    /// `rl_…`
    pub role_id: String,
    pub role: String,
    pub status: Status,
    /// "Expires in 5 days", "Old secret works for 23 hours", "Never used".
    pub remark: Option<String>,
    /// What an admin has noted.
    pub note: Option<String>,
    pub last_used: Option<When>,
    pub expires: Option<When>,
    pub created: When,
    /// Names the current secret.
    pub secret_id: String,
}

impl KeyRow {
    /// What the forms about this key need of it.
    pub fn subject(&self) -> KeySubject {
        KeySubject {
            id: self.id.clone(),
            name: self.name.clone(),
            role_id: self.role_id.clone(),
            status: self.status,
            note: self.note.clone().unwrap_or_default(),
            last_used: self.last_used.as_ref().map(|when| when.text.clone()),
        }
    }

    pub fn of(key: &KeyRecord, mode: Mode, now: OffsetDateTime) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            redacted: mode.redacted(&key.last_four),
            role_id: key.role.id.to_string(),
            role: key.role.name.clone(),
            status: status(key.status(now)),
            remark: remark(key, now),
            note: key.note.clone(),
            last_used: key.last_used_at.map(|at| time_text::past(at, now)),
            expires: key.expires_at.map(|at| time_text::deadline(at, now)),
            created: time_text::past(key.created_at, now),
            secret_id: key.secret_id.to_string(),
        }
    }
}

/// One key of the account.
pub async fn one(admin: &Admin, id: &str) -> Result<KeyRow, ConsoleError> {
    let found = store::keys::get(admin.db(), admin.signed_in().account, input::key(id)?).await;
    let found = found.map_err(|error| admin.failed(error))?;
    let (record, now) = found.ok_or(ConsoleError::NotFound(Thing::Key))?;
    Ok(KeyRow::of(&record, admin.signed_in().mode, now))
}

pub fn status(status: KeyStatus) -> Status {
    match status {
        KeyStatus::Active => Status::Active,
        KeyStatus::Revoked => Status::Revoked,
        KeyStatus::Expired => Status::Expired,
    }
}

/// The one thing that an admin should know of an active key, the most urgent first.
fn remark(key: &KeyRecord, now: OffsetDateTime) -> Option<String> {
    const LONG: Duration = Duration::days(90);
    if key.status(now) != KeyStatus::Active {
        return None;
    }
    if let Some(until) = key.overlap_until {
        return Some(format!("Old secret works for {}", time_text::left(until, now)));
    }
    if let Some(expires_at) = key.expires_at.filter(|at| *at - now <= Duration::days(7)) {
        return Some(format!("Expires in {}", time_text::left(expires_at, now)));
    }
    match key.last_used_at {
        None if now - key.created_at > LONG => Some("Never used".to_owned()),
        Some(at) if now - at > LONG => Some(format!("Unused for {} days", (now - at).whole_days())),
        _ => None,
    }
}
