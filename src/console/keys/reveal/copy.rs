//! The secret and lines with it, each with a button that copies it.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlElement, HtmlTextAreaElement};

use super::snippets;
use crate::console::browser;

/// A button that copies, and says whether that worked.
fn copy_button<E: AsRef<HtmlElement> + 'static>(
    label: &'static str,
    class: &'static str,
    text: Signal<String>,
    shown: impl Fn() -> Option<E> + 'static,
    copied: RwSignal<bool>,
) -> impl IntoView {
    // What was copied last, and whether that worked.
    let tried = RwSignal::new(None::<(String, bool)>);
    let copy = move |_| {
        let (Some(shown), text) = (shown(), text.get_untracked()) else { return };
        spawn_local(async move {
            let worked = browser::copy(&text, shown.as_ref()).await;
            tried.try_set(Some((text, worked)));
            if worked {
                copied.try_set(true);
            }
        });
    };
    let said = move || match tried.get() {
        Some((tried, worked)) if tried == text.get() => {
            if worked {
                "Copied"
            } else {
                "Press Ctrl+C"
            }
        }
        _ => label,
    };
    view! {
        <button type="button" class=class aria-live="polite" on:click=copy>
            {said}
        </button>
    }
}

#[component]
pub fn SecretField(secret: String, copied: RwSignal<bool>) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let text = Signal::stored(secret.clone());
    // What was copied by hand is saved as well.
    let on_copy = move |_| copied.set(true);
    view! {
        <div class="field">
            <label for="secret-key">"Secret key"</label>
            <span class="secret">
                <textarea
                    node_ref=field
                    id="secret-key"
                    class="input"
                    rows="2"
                    readonly
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    on:focus=|event| select_all(&event)
                    on:copy=on_copy
                >
                    {secret}
                </textarea>
                {copy_button("Copy", "button copy", text, move || field.get_untracked(), copied)}
            </span>
        </div>
    }
}

fn select_all(event: &leptos::ev::FocusEvent) {
    if let Some(field) = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
        field.select();
    }
}

/// One tab for each way to call the API.
#[component]
pub fn Snippets(url: String, secret: String, copied: RwSignal<bool>) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    let snippets = StoredValue::new(snippets::all(&url, &secret));
    let shown = NodeRef::<html::Pre>::new();
    let text = Signal::derive(move || snippets.with_value(|snippets| snippets[chosen.get()].1.clone()));
    let tab = move |at: usize| {
        let name = snippets.with_value(|snippets| snippets[at].0);
        let is_chosen = move || chosen.get() == at;
        view! {
            <button
                type="button"
                role="tab"
                id=["tab-", &at.to_string()].concat()
                aria-controls="snippet"
                aria-selected=move || if is_chosen() { "true" } else { "false" }
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| chosen.set(at)
            >
                {name}
            </button>
        }
    };
    let move_on = move |event: leptos::ev::KeyboardEvent| {
        let at = match (event.key().as_str(), chosen.get_untracked()) {
            ("ArrowRight", at) => (at + 1) % 4,
            ("ArrowLeft", at) => (at + 3) % 4,
            ("Home", _) => 0,
            ("End", _) => 3,
            _ => return,
        };
        event.prevent_default();
        chosen.set(at);
        browser::focus_soon("[role=tab][aria-selected=true]");
    };
    view! {
        <div class="snippet">
            <div class="snippet-head">
                <div class="segments" role="tablist" aria-label="Snippet" on:keydown=move_on>
                    {[0, 1, 2, 3].map(tab)}
                </div>
                {copy_button("Copy snippet", "button small", text, move || shown.get_untracked(), copied)}
            </div>
            <pre
                node_ref=shown
                id="snippet"
                role="tabpanel"
                tabindex="0"
                aria-labelledby=move || ["tab-", &chosen.get().to_string()].concat()
                on:copy=move |_| copied.set(true)
            >
                {text}
            </pre>
        </div>
    }
}
