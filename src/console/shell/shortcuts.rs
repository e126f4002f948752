//! Single letters as shortcuts: the switch, and the list of them.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;

#[cfg(feature = "ssr")]
use crate::console::caller::member;
use crate::console::error::ConsoleError;
use crate::console::{browser, paths};

/// Each key with what it does.
pub const SHORTCUTS: [(&str, &str); 3] = [("/", "Search"), ("c", "Create"), ("?", "List the shortcuts")];

/// Keeps for the member whether single letters are shortcuts.
#[server(prefix = "/console", endpoint = "set-shortcuts", input = Json)]
pub async fn set_shortcuts(on: bool) -> Result<(), ConsoleError> {
    member().await?.set_shortcuts(on).await
}

/// What a letter reaches says so, where scripts run and while shortcuts are on.
fn show(on: bool) {
    for reached in browser::everywhere("[data-shortcut]") {
        let letter = reached.get_attribute("data-shortcut").unwrap_or_default();
        let _ = match on {
            true => reached.set_attribute("aria-keyshortcuts", &letter),
            false => reached.remove_attribute("aria-keyshortcuts"),
        };
    }
}

/// The switch in the member's menu. `next` is where it comes back to without the browser part.
#[island]
pub fn ShortcutSwitch(on: bool, next: String) -> impl IntoView {
    let on = RwSignal::new(on);
    Effect::new(move || show(on.get()));
    let switch = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = !on.get_untracked();
        on.set(wanted);
        spawn_local(async move {
            if set_shortcuts(wanted).await.is_err() {
                on.set(!wanted);
            }
        });
    };
    view! {
        <form method="post" action=paths::SHORTCUTS class="menu-row" on:submit=switch>
            <input type="hidden" name="next" value=next/>
            <span id="shortcut-switch">"Keyboard shortcuts"</span>
            <button
                type="submit"
                name="on"
                value=move || if on.get() { "false" } else { "true" }
                class="switch"
                role="switch"
                aria-checked=move || if on.get() { "true" } else { "false" }
                aria-labelledby="shortcut-switch"
            ></button>
        </form>
    }
}
