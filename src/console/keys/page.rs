//! The page of one key: facts, actions, secrets, audit events.

use leptos::either::Either;
use leptos::prelude::*;

use super::PATH;
use crate::console::keys::key_console::KeyConsole;
use crate::console::keys::row_menu;
use crate::console::keys::table::{column_names, moment, moment_or_never, status};
use crate::console::layout::SettingsFrame;
use crate::console::model::{EventRow, KeyDetail, KeyRow, Revocation, SecretRow, Viewer};

#[component]
pub fn KeyPage(viewer: Viewer, detail: KeyDetail) -> impl IntoView {
    let done = detail.done.clone();
    let key = detail.key.clone();
    let content = facts_and_history(&detail);
    view! {
        <SettingsFrame viewer>
            <a class="back" href=PATH>
                "All API keys"
            </a>
            <div
                id="key"
                data-live
                data-key=key.id
                data-name=key.name
                data-role=key.role_id
                data-status=key.status.slug()
                data-secret=key.secret_id
                data-last-used=key.last_used.map(|when| when.text)
            >
                {content}
            </div>
            <KeyConsole done/>
        </SettingsFrame>
    }
}

fn facts_and_history(detail: &KeyDetail) -> impl IntoView + use<> {
    let key = &detail.key;
    view! {
        <div class="head">
            <div>
                <h1 tabindex="-1"><bdi>{key.name.clone()}</bdi></h1>
                <p>
                    {status(key.status)}
                    {key.note.clone().map(|note| view! { " " <span class="note">{note}</span> })}
                </p>
            </div>
            {actions(key)}
        </div>
        {facts(detail)}
        <section class="section" aria-labelledby="secrets">
            <h2 id="secrets">"Secrets"</h2>
            <div class="card">{secrets(&detail.secrets)}</div>
        </section>
        <section class="section" aria-labelledby="events">
            <h2 id="events">"Audit events"</h2>
            <div class="card">{events(&detail.events)}</div>
        </section>
    }
}

/// Links to the pages of the actions; the handler around them opens dialogs instead.
fn actions(key: &KeyRow) -> impl IntoView + use<> {
    let page = ["/settings/api-keys/", &key.id].concat();
    let link = |&(action, label): &(&'static str, &'static str)| {
        let class = if action == "delete" { "button danger-quiet" } else { "button" };
        view! {
            <a class=class id=["action-", action].concat() data-action=action href=[&page, "/", action].concat()>
                {label}
            </a>
        }
    };
    let links: Vec<_> = row_menu::actions(key.status).iter().map(link).collect();
    view! {
        <div class="head-actions" role="group" aria-label="Actions">
            {links}
        </div>
    }
}

fn facts(detail: &KeyDetail) -> impl IntoView + use<> {
    let key = &detail.key;
    let address = |ip: String| view! { <span class="soft figures">" from " {ip}</span> };
    view! {
        <dl class="card facts">
            <div><dt>"Key"</dt><dd><code>{key.redacted.clone()}</code></dd></div>
            <div><dt>"Role"</dt><dd><bdi>{key.role.clone()}</bdi></dd></div>
            <div>
                <dt>"Last used"</dt>
                <dd>{moment_or_never(key.last_used.as_ref())} {detail.last_ip.clone().map(address)}</dd>
            </div>
            <div><dt>"Expires"</dt><dd>{moment_or_never(key.expires.as_ref())}</dd></div>
            <div>
                <dt>"Created"</dt>
                <dd>{moment(key.created.clone())} {detail.created_by.clone().map(by)}</dd>
            </div>
            <div><dt>"Id"</dt><dd><code>{key.id.clone()}</code></dd></div>
            {detail.revoked.clone().map(revocation)}
        </dl>
    }
}

fn revocation(revoked: Revocation) -> impl IntoView {
    view! {
        <div><dt>"Revoked"</dt><dd>{moment(revoked.when)} {revoked.by.map(by)}</dd></div>
        {revoked.reason.map(|reason| view! { <div><dt>"Reason"</dt><dd><bdi>{reason}</bdi></dd></div> })}
    }
}

fn by(member: String) -> impl IntoView {
    view! { <span class="soft">" by " {member}</span> }
}

fn secrets(secrets: &[SecretRow]) -> impl IntoView + use<> {
    let row = |secret: &SecretRow| {
        let stops = match secret.stops.clone() {
            Some(when) => Either::Left(moment(when)),
            None => Either::Right(view! { <span class="soft">"–"</span> }),
        };
        view! {
            <tr role="row">
                <td role="cell" data-label="Secret"><code>{secret.redacted.clone()}</code></td>
                <td role="cell" data-label="State">{secret.state.clone()}</td>
                <td role="cell" data-label="Created">{moment(secret.created.clone())}</td>
                <td role="cell" data-label="Stops">{stops}</td>
            </tr>
        }
    };
    view! {
        <table class="table cards" role="table" aria-labelledby="secrets">
            <thead role="rowgroup">
                <tr role="row">{column_names(&["Secret", "State", "Created", "Stops"])}</tr>
            </thead>
            <tbody role="rowgroup">{secrets.iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn events(events: &[EventRow]) -> impl IntoView + use<> {
    let row = |event: &EventRow| {
        view! {
            <tr role="row">
                <td role="cell" data-label="When">{moment(event.when.clone())}</td>
                <td role="cell" data-label="Who">{event.actor.clone()}</td>
                <td role="cell" data-label="What" class="wrap"><bdi>{event.what.clone()}</bdi></td>
            </tr>
        }
    };
    view! {
        <table class="table cards" role="table" aria-labelledby="events">
            <thead role="rowgroup">
                <tr role="row">{column_names(&["When", "Who", "What"])}</tr>
            </thead>
            <tbody role="rowgroup">{events.iter().map(row).collect_view()}</tbody>
        </table>
    }
}
