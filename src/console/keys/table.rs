//! The table **API keys**. Fifty rows are sent for each page, so a row is plain data: no signal, no
//! handler, few nodes.

use leptos::prelude::*;

use crate::console::keys::row_menu::row_menu;
use crate::console::model::{KeyRow, Status, When};

/// The explicit roles keep it a table where the style sheet lays rows out as cards.
pub fn key_table(keys: &[KeyRow]) -> impl IntoView + use<> {
    view! {
        <table class="table cards" role="table" aria-label="API keys">
            <thead role="rowgroup">
                <tr role="row">
                    {column_names(&["Name", "Key", "Role", "Status", "Last used", "Expires", "Created"])}
                    <th role="columnheader" scope="col"><span class="unseen">"Actions"</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup">{keys.iter().map(row).collect_view()}</tbody>
        </table>
    }
}

pub fn column_names(names: &[&'static str]) -> impl IntoView + use<> {
    names.iter().map(|name| view! { <th role="columnheader" scope="col">{*name}</th> }).collect_view()
}

/// The data attributes are what the browser part knows of a key when it opens a dialog about it.
fn row(key: &KeyRow) -> impl IntoView + use<> {
    view! {
        <tr
            role="row"
            data-key=key.id.clone()
            data-name=key.name.clone()
            data-role=key.role_id.clone()
            data-status=key.status.slug()
            data-secret=key.secret_id.clone()
            data-last-used=key.last_used.as_ref().map(|when| when.text.clone())
        >
            <td role="cell" class="name">
                <a href=["/settings/api-keys/", &key.id].concat()><bdi>{key.name.clone()}</bdi></a>
            </td>
            <td role="cell" data-label="Key"><code>{key.redacted.clone()}</code></td>
            <td role="cell" data-label="Role"><bdi>{key.role.clone()}</bdi></td>
            <td role="cell" data-label="Status">
                <span>
                    {status(key.status)}
                    {key.note.clone().map(|note| view! { <small class="note">{note}</small> })}
                </span>
            </td>
            <td role="cell" data-label="Last used">{moment_or_never(key.last_used.as_ref())}</td>
            <td role="cell" data-label="Expires">{moment_or_never(key.expires.as_ref())}</td>
            <td role="cell" data-label="Created" class="soft">{moment(key.created.clone())}</td>
            <td role="cell" class="menu-cell">{row_menu(key)}</td>
        </tr>
    }
}

/// A status as a word with a dot in its colour.
pub fn status(status: Status) -> impl IntoView {
    let class = match status {
        Status::Active => "status active",
        Status::Revoked => "status revoked",
        Status::Expired => "status expired",
    };
    view! { <span class=class>{status.label()}</span> }
}

/// A time as people say it, with the exact one behind it.
pub fn moment(when: When) -> impl IntoView {
    let exact = when.exact();
    view! { <time datetime=when.iso title=exact>{when.text}</time> }
}

pub fn moment_or_never(when: Option<&When>) -> impl IntoView + use<> {
    match when {
        Some(when) => leptos::either::Either::Left(moment(when.clone())),
        None => leptos::either::Either::Right(view! { <span class="soft">"Never"</span> }),
    }
}
