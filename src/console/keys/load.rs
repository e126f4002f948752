//! What the pages of the API Keys tab show.

use time::{Duration, OffsetDateTime};

use crate::console::caller::Admin;
use crate::console::error::ConsoleError;
use crate::console::model::{
    Choice, Choices, Counts, EventRow, KeyDetail, KeyFilter, KeyList, KeyRow, Revocation, SecretRow, Status,
};
use crate::console::words;
use crate::domain::id::KeyId;
use crate::domain::key::{Expiration, KeyStatus, MAX_EXPIRY, Overlap};
use crate::domain::mode::Mode;
use crate::server::flash;
use crate::store;
use crate::store::audit::AuditRecord;
use crate::store::keys::{KeyQuery, KeyRecord, Search, SecretRecord, Statuses};

/// Keys a page.
const PAGE: i64 = 50;

pub async fn list(admin: &Admin, filter: KeyFilter) -> Result<KeyList, ConsoleError> {
    let db = &admin.state().db;
    let account = admin.signed_in().account;
    // A URL that was edited by hand shows everything rather than an error.
    let status = filter.status.as_deref().and_then(KeyStatus::from_slug);
    let query = KeyQuery {
        statuses: status.map_or_else(Statuses::default, |status| Statuses::default().with(status)),
        search: filter.q.as_deref().and_then(Search::parse),
        cursor: filter.cursor.as_deref().and_then(|cursor| cursor.parse().ok()),
        limit: PAGE,
    };
    let mut records = store::keys::list(db, account, &query).await.map_err(|error| admin.failed(error))?;
    if records.page.items.is_empty() && query.cursor.is_some() {
        // The last key of that page is gone: the first page leads on.
        let first = KeyQuery { cursor: None, ..query };
        records = store::keys::list(db, account, &first).await.map_err(|error| admin.failed(error))?;
    }
    let counts = store::keys::counts(db, account).await.map_err(|error| admin.failed(error))?;
    let mode = admin.signed_in().mode;
    Ok(KeyList {
        keys: records.page.items.iter().map(|key| row(key, mode, records.now)).collect(),
        counts: Counts {
            all: counts.total,
            active: counts.active(),
            revoked: counts.revoked,
            expired: counts.expired,
        },
        previous: records.page.previous.map(|cursor| cursor.to_string()),
        next: records.page.next.map(|cursor| cursor.to_string()),
        done: flash::take(admin.session()).await,
    })
}

pub async fn get(admin: &Admin, id: &str) -> Result<KeyDetail, ConsoleError> {
    let id: KeyId = id.parse().map_err(|_| ConsoleError::NotFound)?;
    let db = &admin.state().db;
    let account = admin.signed_in().account;
    let failed = |error| admin.failed(error);
    let (record, now) =
        store::keys::get(db, account, id).await.map_err(failed)?.ok_or(ConsoleError::NotFound)?;
    let facts = store::keys::facts(db, account, id).await.map_err(failed)?.ok_or(ConsoleError::NotFound)?;
    let secrets = store::keys::secrets(db, account, id).await.map_err(failed)?;
    let events = store::audit::of_key(db, account, id).await.map_err(failed)?;
    let mode = admin.signed_in().mode;
    let stopped = record.status(now) != KeyStatus::Active;
    Ok(KeyDetail {
        key: row(&record, mode, now),
        created_by: facts.created_by,
        last_ip: facts.last_ip,
        revoked: record.revoked_at.map(|at| Revocation {
            when: words::past(at, now),
            by: facts.revoked_by,
            reason: facts.revoked_reason,
        }),
        secrets: secrets.iter().map(|secret| secret_row(secret, stopped, mode, now)).collect(),
        events: events.iter().map(|event| event_row(event, now)).collect(),
        done: flash::take(admin.session()).await,
    })
}

/// One key for the plain pages about it.
pub async fn key(admin: &Admin, id: &str) -> Result<KeyRow, ConsoleError> {
    let id: KeyId = id.parse().map_err(|_| ConsoleError::NotFound)?;
    let found = store::keys::get(&admin.state().db, admin.signed_in().account, id).await;
    let (record, now) = found.map_err(|error| admin.failed(error))?.ok_or(ConsoleError::NotFound)?;
    Ok(row(&record, admin.signed_in().mode, now))
}

pub async fn choices(admin: &Admin) -> Result<Choices, ConsoleError> {
    let db = &admin.state().db;
    let roles =
        store::roles::all(db, admin.signed_in().account).await.map_err(|error| admin.failed(error))?;
    let now = store::now(db).await.map_err(|error| admin.failed(error))?;
    let mut expirations = vec![choice("none", "No expiration")];
    for (value, label, days) in Expiration::PRESETS {
        let until = words::full_date(now + Duration::days(days));
        expirations.push(choice(value, &format!("{label} (until {until})")));
    }
    expirations.push(choice("custom", "Custom date"));
    Ok(Choices {
        roles: roles
            .into_iter()
            .map(|role| choice(&role.id.to_string(), &format!("{}: {}", role.name, role.grants.summary())))
            .collect(),
        expirations,
        overlaps: Overlap::CHOICES.into_iter().map(|(value, label, _)| choice(value, label)).collect(),
        first_day: words::input_date(now),
        last_day: words::input_date(now + MAX_EXPIRY - Duration::DAY),
    })
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

fn row(key: &KeyRecord, mode: Mode, now: OffsetDateTime) -> KeyRow {
    KeyRow {
        id: key.id.to_string(),
        name: key.name.clone(),
        redacted: mode.redacted(&key.last_four),
        role_id: key.role.id.to_string(),
        role: key.role.name.clone(),
        status: match key.status(now) {
            KeyStatus::Active => Status::Active,
            KeyStatus::Revoked => Status::Revoked,
            KeyStatus::Expired => Status::Expired,
        },
        note: note(key, now),
        last_used: key.last_used_at.map(|at| words::past(at, now)),
        expires: key.expires_at.map(|at| words::deadline(at, now)),
        created: words::past(key.created_at, now),
        secret_id: key.secret_id.to_string(),
    }
}

/// The one thing that an admin should know of an active key, the most urgent first.
fn note(key: &KeyRecord, now: OffsetDateTime) -> Option<String> {
    const LONG: Duration = Duration::days(90);
    if key.status(now) != KeyStatus::Active {
        return None;
    }
    if let Some(until) = key.overlap_until {
        return Some(format!("Old secret works for {}", words::left(until, now)));
    }
    if let Some(expires_at) = key.expires_at.filter(|at| *at - now <= Duration::days(7)) {
        return Some(format!("Expires in {}", words::left(expires_at, now)));
    }
    match key.last_used_at {
        None if now - key.created_at > LONG => Some("Never used".to_owned()),
        Some(at) if now - at > LONG => Some("Not used in 90 days".to_owned()),
        _ => None,
    }
}

fn secret_row(secret: &SecretRecord, key_stopped: bool, mode: Mode, now: OffsetDateTime) -> SecretRow {
    let state = match secret.stops_at {
        Some(at) if at <= now => "Stopped".to_owned(),
        _ if key_stopped => "Stopped with the key".to_owned(),
        None => "Current".to_owned(),
        Some(_) => "Still works".to_owned(),
    };
    SecretRow {
        redacted: mode.redacted(&secret.last_four),
        created: words::past(secret.created_at, now),
        state,
        stops: secret
            .stops_at
            .map(|at| if at <= now { words::past(at, now) } else { words::deadline(at, now) }),
    }
}

fn event_row(event: &AuditRecord, now: OffsetDateTime) -> EventRow {
    let what = match event.metadata["operation"].as_str() {
        Some("create") => "Created".to_owned(),
        Some("rotate") => "Rotated".to_owned(),
        Some("revoke") => "Revoked".to_owned(),
        _ => changes_in_words(event),
    };
    EventRow { when: words::past(event.occurred_at, now), actor: event.who.name().to_owned(), what }
}

/// "Name changed from A to B, role changed from Admin to Viewer".
fn changes_in_words(event: &AuditRecord) -> String {
    let value = |value: &serde_json::Value| {
        value.as_str().or_else(|| value["name"].as_str()).unwrap_or("none").to_owned()
    };
    let changes: Vec<String> = event
        .changes
        .as_array()
        .into_iter()
        .flatten()
        .map(|change| {
            let field = change["field"].as_str().unwrap_or("field");
            format!("{field} changed from {} to {}", value(&change["old_value"]), value(&change["new_value"]))
        })
        .collect();
    let mut text = changes.join(", ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
