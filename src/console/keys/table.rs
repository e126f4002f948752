//! The table **API keys**, and the menu of each row.

use leptos::prelude::*;

use super::row::KeyRow;
use super::subject::{KeySubject, Status};
use crate::console::paths;
use crate::console::ui::table::{clamped, table};
use crate::console::ui::time::or_never;

pub fn key_table(keys: &[KeyRow]) -> impl IntoView + use<> {
    let columns = [
        ("Name", ""),
        ("Key", "col-key"),
        ("Role", "col-role"),
        ("Status", "col-status"),
        ("Last used", "col-used"),
        ("Expires", "col-expires"),
        ("Created", "col-created"),
        ("", "col-menu"),
    ];
    table("API keys", "fixed cards", &columns, keys.iter().map(row).collect())
}

/// The data attributes are what the browser part knows of a key when it opens a dialog about it.
fn row(key: &KeyRow) -> impl IntoView + use<> {
    let KeySubject { id, name, role_id, status, note, last_used } = key.subject();
    let (page, title, shown) = (paths::key(&id), name.clone(), name.clone());
    let remark = key.remark.clone().map(|remark| view! { <small class="note">{remark}</small> });
    view! {
        <tr
            role="row"
            data-key=id
            data-name=name
            data-role=role_id
            data-status=status.slug()
            data-note=note
            data-last-used=last_used
        >
            <td role="cell" class="name">
                <a class="clamp" href=page title=title><bdi>{shown}</bdi></a>
            </td>
            <td role="cell" data-label="Key"><code>{key.redacted.clone()}</code></td>
            <td role="cell" data-label="Role">{clamped(&key.role)}</td>
            <td role="cell" data-label="Status"><span>{status_word(status)} {remark}</span></td>
            <td role="cell" data-label="Last used">{or_never(key.last_used.clone())}</td>
            <td role="cell" data-label="Expires">{or_never(key.expires.clone())}</td>
            <td role="cell" data-label="Created" class="soft">{key.created.clone().show()}</td>
            <td role="cell" class="menu-cell">{row_menu(key)}</td>
        </tr>
    }
}

/// A status as a word with a dot in its colour.
pub fn status_word(status: Status) -> impl IntoView {
    view! { <span class=["status ", status.slug()].concat()>{status.label()}</span> }
}

/// **Actions for {name}** and the menu that it opens.
fn row_menu(key: &KeyRow) -> impl IntoView + use<> {
    let menu = ["menu-", &key.id].concat();
    let item = |&(action, label): &(&'static str, &'static str)| {
        view! {
            <a role="menuitem" class="menu-item" data-action=action href=paths::key_form(&key.id, action)>
                {label}
            </a>
        }
    };
    let items: Vec<_> = key.status.actions().iter().map(item).collect();
    view! {
        <button
            type="button"
            id=["actions-", &key.id].concat()
            class="dots"
            popovertarget=menu.clone()
            aria-haspopup="menu"
            aria-label=["Actions for ", &key.name].concat()
        ></button>
        <div id=menu class="popover menu" popover="auto" role="menu">
            <a role="menuitem" class="menu-item" href=paths::key(&key.id)>
                "View"
            </a>
            {items}
        </div>
    }
}
