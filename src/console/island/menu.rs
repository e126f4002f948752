//! The menus of rows: links, in a popover that opens without script. One pair of handlers for all menus adds arrow keys,
//! and opens dialogs instead of pages.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement, KeyboardEvent, MouseEvent};

use super::repeat;
use super::screen::{Opener, Screen};
use crate::console::browser;

/// How long a button says that it has copied.
const SAID: Duration = Duration::from_secs(4);

const ITEMS: &str = "[role=menuitem]";
const BUTTON: &str = "button[aria-haspopup=menu]";

pub fn listen(screen: Screen, opener: Opener) {
    let click = window_event_listener(leptos::ev::click, move |event| on_click(&event, screen, opener));
    let keydown = window_event_listener(leptos::ev::keydown, |event| on_keydown(&event));
    on_cleanup(move || {
        click.remove();
        keydown.remove();
    });
}

/// Handles a click anywhere: opens the dialog of an action in place of its page.
fn on_click(event: &MouseEvent, screen: Screen, opener: Opener) {
    if !browser::is_plain_click(event) {
        return;
    }
    if let Some(button) = browser::closest(event, BUTTON) {
        // The second half of a double click would close what the first has opened.
        repeat::guard();
        focus_menu_soon(button);
        return;
    }
    if let Some(button) = browser::closest(event, "[data-copy]") {
        event.prevent_default();
        copy(button);
        return;
    }
    let Some(link) = browser::closest(event, "[data-action]") else { return };
    let action = link.get_attribute("data-action").unwrap_or_default();
    if opener(screen, &action, &link) {
        event.prevent_default();
        browser::close_menu(&link);
    }
}
/// Copies what the button is for, and says so on it.
fn copy(button: HtmlElement) {
    let text = button.get_attribute("data-copy").unwrap_or_default();
    spawn_local(async move {
        // What cannot be copied stands beside the button.
        let shown = button.previous_element_sibling().and_then(|shown| shown.dyn_into().ok());
        let worked = match shown {
            Some(shown) => browser::copy(&text, &shown).await,
            None => false,
        };
        let label = button.get_attribute("data-label").or_else(|| button.text_content()).unwrap_or_default();
        let _ = button.set_attribute("data-label", &label);
        button.set_text_content(Some(if worked { "Copied" } else { "Press Ctrl+C" }));
        set_timeout(move || button.set_text_content(Some(&label)), SAID);
    });
}

/// Handles a key pressed anywhere: moves inside menus, as menus are expected to.
fn on_keydown(event: &KeyboardEvent) {
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
                label.trim().get(..letter.len()).is_some_and(|start| start.eq_ignore_ascii_case(letter))
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
