//! The page of one key: facts, actions, secrets, history.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::console::KeyConsole;
use super::events;
use super::input;
use super::row::KeyRow;
use super::secrets::{SecretRow, secret_table};
use super::subject::KeySubject;
use super::table::status_word;
use crate::console::caller::Admin;
use crate::console::error::{ConsoleError, Thing};
use crate::console::shell::frame::SettingsFrame;
use crate::console::ui::table::table;
use crate::console::ui::time::{When, or_never};
use crate::console::ui::time_text;
use crate::console::ui::toast::Done;
use crate::console::viewer::Viewer;
use crate::console::{flash, paths};
use crate::store;
use crate::store::audit::AuditRecord;

/// One key with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDetail {
    pub key: KeyRow,
    /// Email of the member who created it, None when that member is gone.
    created_by: Option<String>,
    last_ip: Option<String>,
    revoked: Option<Revocation>,
    /// Newest first.
    secrets: Vec<SecretRow>,
    /// Newest first.
    events: Vec<EventRow>,
    /// What the last form post did, shown once.
    done: Option<Done>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Revocation {
    when: When,
    by: Option<String>,
    reason: Option<String>,
}

/// One audit event of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EventRow {
    when: When,
    /// Email of the member, name of the key.
    actor: String,
    what: String,
    address: Option<String>,
}

pub async fn load(admin: &Admin, id: &str) -> Result<KeyDetail, ConsoleError> {
    let id = input::key(id)?;
    let (db, account) = (admin.db(), admin.signed_in().account);
    let failed = |error| admin.failed(error);
    let not_found = ConsoleError::NotFound(Thing::Key);
    let (record, now) = store::keys::get(db, account, id).await.map_err(failed)?.ok_or(not_found.clone())?;
    let facts = store::keys::facts(db, account, id).await.map_err(failed)?.ok_or(not_found)?;
    let secrets = store::keys::secrets(db, account, id).await.map_err(failed)?;
    let events = store::audit::of_key(db, account, id).await.map_err(failed)?;
    Ok(KeyDetail {
        key: KeyRow::of(&record, admin.signed_in().mode, now),
        created_by: facts.created_by,
        last_ip: facts.last_ip,
        revoked: record.revoked_at.map(|at| Revocation {
            when: time_text::past(at, now),
            by: facts.revoked_by,
            reason: facts.revoked_reason,
        }),
        secrets: secrets.iter().map(|secret| SecretRow::of(secret, &record, now)).collect(),
        events: events.iter().map(|event| event_row(event, now)).collect(),
        done: flash::take(admin.session()).await,
    })
}

fn event_row(event: &AuditRecord, now: OffsetDateTime) -> EventRow {
    EventRow {
        when: time_text::past(event.occurred_at, now),
        actor: event.who.name().to_owned(),
        what: events::what(event, now),
        address: event.source_ip.map(|ip| ip.to_string()),
    }
}

#[component]
pub fn KeyPage(viewer: Viewer, detail: KeyDetail) -> impl IntoView {
    let done = detail.done.as_ref().map(Done::pack).unwrap_or_default();
    let KeySubject { id, name, role_id, status, note, last_used } = detail.key.subject();
    let content = facts_and_history(&detail);
    view! {
        <SettingsFrame viewer>
            <a class="back" href=paths::KEYS>
                "All API keys"
            </a>
            <div
                id="key"
                data-live
                data-key=id
                data-name=name
                data-role=role_id
                data-status=status.slug()
                data-note=note
                data-last-used=last_used
                data-secret=detail.key.secret_id
            >
                {content}
            </div>
            <KeyConsole done/>
        </SettingsFrame>
    }
}

fn facts_and_history(detail: &KeyDetail) -> impl IntoView + use<> {
    let key = &detail.key;
    let remark = key.remark.clone().map(|remark| view! { <span class="small warn-text">{remark}</span> });
    view! {
        <div class="head">
            <div>
                <h1 tabindex="-1"><bdi>{key.name.clone()}</bdi></h1>
                <div class="headline">{status_word(key.status)} <code>{key.redacted.clone()}</code> {remark}</div>
            </div>
            {actions(key)}
        </div>
        <section aria-labelledby="details">
            <h2 id="details" class="unseen">"Details"</h2>
            <div class="card">{facts(detail)}</div>
        </section>
        <section class="section" aria-labelledby="secrets">
            <div class="section-head"><h2 id="secrets">"Secrets"</h2></div>
            <div class="card">{secret_table(&detail.secrets, &key.id)}</div>
        </section>
        <section class="section" aria-labelledby="history">
            <div class="section-head"><h2 id="history">"History"</h2></div>
            <div class="card">{history(&detail.events)}</div>
        </section>
    }
}

/// Links to the pages of the actions; the browser part opens dialogs instead.
fn actions(key: &KeyRow) -> impl IntoView + use<> {
    let link = |&(action, label): &(&'static str, &'static str)| {
        let class = if action == "delete" { "button danger-quiet" } else { "button" };
        let href = paths::key_form(&key.id, action);
        view! {
            <a class=class id=["action-", action].concat() data-action=action href=href>
                {label}
            </a>
        }
    };
    let links: Vec<_> = key.status.actions().iter().map(link).collect();
    view! {
        <div class="head-actions" role="group" aria-label="Actions">
            {links}
        </div>
    }
}

fn facts(detail: &KeyDetail) -> impl IntoView + use<> {
    let key = &detail.key;
    let address = |ip: String| view! { <span class="soft figures">" from " {ip}</span> };
    let note = |note: String| view! { <div class="note-fact"><dt>"Note"</dt><dd class="lines"><bdi>{note}</bdi></dd></div> };
    view! {
        <dl class="facts">
            <div><dt>"Role"</dt><dd><bdi>{key.role.clone()}</bdi></dd></div>
            <div><dt>"Expires"</dt><dd>{or_never(key.expires.clone())}</dd></div>
            <div>
                <dt>"Last used"</dt>
                <dd>{or_never(key.last_used.clone())} {detail.last_ip.clone().map(address)}</dd>
            </div>
            <div><dt>"Created"</dt><dd>{key.created.clone().show()} {detail.created_by.clone().map(by)}</dd></div>
            {detail.revoked.clone().map(revocation)}
            <div>
                <dt>"Id"</dt>
                <dd>
                    <span class="inline">
                        <code>{key.id.clone()}</code>
                        // Where no script runs, it shows the id to be selected.
                        <button type="button" class="quiet-button" aria-live="polite" data-copy=key.id.clone() popovertarget="whole-id">
                            "Copy id"
                        </button>
                        <span id="whole-id" class="popover" popover="auto">
                            <input class="input code" aria-label="Id" readonly value=key.id.clone()/>
                        </span>
                    </span>
                </dd>
            </div>
            {key.note.clone().map(note)}
        </dl>
    }
}

fn revocation(revoked: Revocation) -> impl IntoView {
    view! {
        <div><dt>"Revoked"</dt><dd>{revoked.when.show()} {revoked.by.map(by)}</dd></div>
        {revoked.reason.map(|reason| view! { <div><dt>"Reason"</dt><dd class="lines"><bdi>{reason}</bdi></dd></div> })}
    }
}

fn by(member: String) -> impl IntoView {
    view! { <span class="soft">" by " {member}</span> }
}

fn history(events: &[EventRow]) -> impl IntoView + use<> {
    let row = |event: &EventRow| {
        let address = event.address.clone().unwrap_or_else(|| "–".to_owned());
        view! {
            <tr role="row">
                <td role="cell" data-label="When">{event.when.clone().show()}</td>
                <td role="cell" data-label="Who"><bdi>{event.actor.clone()}</bdi></td>
                <td role="cell" data-label="What" class="bare"><bdi>{event.what.clone()}</bdi></td>
                <td role="cell" data-label="Address"><span class="figures">{address}</span></td>
            </tr>
        }
    };
    let columns = [("When", "col-when"), ("Who", "col-who"), ("What", ""), ("Address", "col-address")];
    table("History", "mid fixed cards events", &columns, events.iter().map(row).collect())
}
