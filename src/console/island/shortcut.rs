//! Single letters that do something, while nothing is being typed and nothing lies over the page.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use super::filter::SEARCH;
use super::screen::{Opener, Screen};
use crate::console::browser;
use crate::console::shell::shortcuts::SHORTCUTS;
use crate::console::ui::dialog::Modal;

pub fn listen(screen: Screen, opener: Opener) {
    let keydown = window_event_listener(leptos::ev::keydown, move |event| pressed(&event, screen, opener));
    on_cleanup(move || keydown.remove());
}

fn pressed(event: &KeyboardEvent, screen: Screen, opener: Opener) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
    let typing = browser::focus_is_within("input, select, textarea");
    if modified || typing || event.default_prevented() || screen.is_covered() || !browser::shortcuts_are_on()
    {
        return;
    }
    match event.key().as_str() {
        "/" if browser::find(SEARCH).is_some() => {
            event.prevent_default();
            browser::focus_soon(SEARCH);
        }
        "c" => {
            if let Some(button) = browser::find("[data-action=create]") {
                event.prevent_default();
                opener(screen, "create", &button);
            }
        }
        "?" => {
            event.prevent_default();
            screen.open(move || list(screen));
        }
        _ => {}
    }
}

fn list(screen: Screen) -> impl IntoView {
    let row = |(key, what): (&'static str, &'static str)| {
        view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }
    };
    view! {
        <Modal title="Keyboard shortcuts" width="slim" closed=screen.closed()>
            <dl class="shortcuts">{SHORTCUTS.map(row)}</dl>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=|_| browser::close_dialog()>
                    "Close"
                </button>
            </div>
        </Modal>
    }
}
