//! The choice between light, dark and what the system says.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlElement, SubmitEvent};

use crate::console::browser;
use crate::console::paths;
use crate::console::shell::document::Page;

const THEMES: [(&str, &str); 3] = [("system", "System"), ("light", "Light"), ("dark", "Dark")];

/// `next` is where the switch comes back to without the browser part.
#[island]
pub fn ThemeSwitch(next: String) -> impl IntoView {
    let theme = RwSignal::new(theme_now());
    let switch = move |event: SubmitEvent| {
        let Some(button) = event.submitter().and_then(|button| button.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        let Some(chosen) = button.get_attribute("value") else { return };
        event.prevent_default();
        browser::set_theme(&chosen);
        theme.set(chosen);
    };
    let option = move |(value, label): (&'static str, &'static str)| {
        let pressed = move || theme.with(|theme| if theme == value { "true" } else { "false" });
        view! {
            <button type="submit" name="theme" value=value aria-pressed=pressed>
                {label}
            </button>
        }
    };
    view! {
        <form method="post" action=paths::THEME on:submit=switch>
            <input type="hidden" name="next" value=next/>
            <div class="segments" role="group" aria-label="Theme">
                {THEMES.map(option)}
            </div>
        </form>
    }
}

/// The theme this page was sent in, the same word in both worlds.
fn theme_now() -> String {
    if cfg!(feature = "hydrate") {
        return browser::theme();
    }
    let theme = Page::current().theme;
    if theme.is_empty() { "system".to_owned() } else { theme }
}
