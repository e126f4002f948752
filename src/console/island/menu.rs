//! The menu of a key: links, in a popover that opens without script. Where the browser part runs,
//! one pair of handlers for all menus adds arrow keys and opens dialogs instead of pages.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement, KeyboardEvent, MouseEvent};

use crate::console::browser;
use crate::console::keys::dialogs::OpenDialog;
use crate::console::model::{KeyRow, KeySubject, Status};

const ITEMS: &str = "[role=menuitem]";
const BUTTON: &str = "button[aria-haspopup=menu]";

/// What can be done with a key of this status, apart from viewing it: last part of the address and label.
pub fn actions(status: Status) -> &'static [(&'static str, &'static str)] {
    const ALL: [(&str, &str); 4] =
        [("edit", "Edit"), ("rotate", "Rotate"), ("revoke", "Revoke"), ("delete", "Delete")];
    match status {
        Status::Revoked => &ALL[3..],
        Status::Active | Status::Expired => &ALL,
    }
}

/// **Actions for {name}** and the menu that it opens.
pub fn row_menu(key: &KeyRow) -> impl IntoView + use<> {
    let menu = ["menu-", &key.id].concat();
    let page = ["/settings/api-keys/", &key.id].concat();
    let item = |&(action, label): &(&'static str, &'static str)| {
        view! {
            <a role="menuitem" class="menu-item" data-action=action href=[&page, "/", action].concat()>
                {label}
            </a>
        }
    };
    let items: Vec<_> = actions(key.status).iter().map(item).collect();
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
            <a role="menuitem" class="menu-item" href=page>
                "View"
            </a>
            {items}
        </div>
    }
}

/// The key that the element around `link` is about.
fn subject(link: &HtmlElement) -> Option<KeySubject> {
    let about = link.closest("[data-key]").ok()??;
    let field = |name: &str| about.get_attribute(name);
    Some(KeySubject {
        id: field("data-key")?,
        name: field("data-name")?,
        role_id: field("data-role")?,
        status: Status::from_slug(&field("data-status")?)?,
        secret_id: field("data-secret")?,
        last_used: field("data-last-used"),
    })
}

/// Handles a click anywhere: opens the dialog of a key's action in place of its page.
pub fn on_click(event: &MouseEvent, open: RwSignal<OpenDialog>) {
    if let Some(button) = browser::closest(event, BUTTON) {
        focus_menu_soon(button);
        return;
    }
    let Some(link) = browser::closest(event, "a[data-action]") else { return };
    let action = link.get_attribute("data-action").unwrap_or_default();
    if let Some(dialog) = subject(&link).and_then(|key| OpenDialog::for_action(&action, key)) {
        event.prevent_default();
        browser::close_menu(&link);
        open.set(dialog);
    }
}

/// Handles a key pressed anywhere: moves inside menus, as menus are expected to.
pub fn on_keydown(event: &KeyboardEvent) {
    let key = event.key();
    if let Some(button) = browser::closest(event, BUTTON) {
        if key == "ArrowDown" || key == "ArrowUp" {
            event.prevent_default();
            button.click();
        }
        return;
    }
    let Some(menu) = browser::closest(event, "[role=menu]") else { return };
    if key == "Tab" {
        browser::close_menu(&menu);
        return;
    }
    let items = browser::find_all(&menu, ITEMS);
    let current = current_item(event, &items);
    if let Some(item) = next_item(&key, current, &items) {
        event.prevent_default();
        browser::focus(item);
    }
}

/// Where `key` moves from the item at `current`.
fn next_item<'items>(key: &str, current: usize, items: &'items [HtmlElement]) -> Option<&'items HtmlElement> {
    let count = items.len();
    match key {
        "ArrowDown" => items.get((current + 1) % count.max(1)),
        "ArrowUp" => items.get((current + count.saturating_sub(1)) % count.max(1)),
        "Home" => items.first(),
        "End" => items.last(),
        letter if letter.chars().count() == 1 => {
            let starts = |item: &&HtmlElement| {
                let label = item.text_content().unwrap_or_default();
                label.trim().to_lowercase().starts_with(&letter.to_lowercase())
            };
            items.iter().cycle().skip(current + 1).take(count).find(starts)
        }
        _ => None,
    }
}

fn current_item(event: &Event, items: &[HtmlElement]) -> usize {
    let focused = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    items.iter().position(|item| Some(item) == focused.as_ref()).unwrap_or_default()
}

/// Focuses the menu's first item, when the click that is under way opens the menu.
fn focus_menu_soon(button: HtmlElement) {
    request_animation_frame(move || {
        let menu = button.next_element_sibling();
        let opened = menu.filter(|menu| menu.matches(":popover-open").unwrap_or(false));
        let items = opened.map(|menu| browser::find_all(&menu, ITEMS)).unwrap_or_default();
        if let Some(item) = items.first() {
            browser::focus(item);
        }
    });
}
