//! **Save your API key**: the one showing of a new secret, over a page and as a page.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlInputElement};

use crate::console::browser;
use crate::console::keys::page::FormPage;
use crate::console::model::{NewSecret, Viewer};

/// The answer to the post itself. Nothing leads back to it.
#[component]
pub fn RevealPage(viewer: Viewer, secret: NewSecret) -> impl IntoView {
    view! {
        <FormPage viewer title="Save your API key">
            <div class="form">
                <p role="status">{secret.done}</p>
                <Warning/>
                <div class="field">
                    <label for="secret-key">"Secret key"</label>
                    <input id="secret-key" class="input code" value=secret.secret readonly autocomplete="off"/>
                    <p class="hint">"Select it all and copy it to a safe place."</p>
                </div>
                <TryIt curl=secret.curl/>
                <form method="get" action="/settings/api-keys" class="actions">
                    <button type="submit" class="button primary">
                        "Done"
                    </button>
                </form>
            </div>
        </FormPage>
    }
}

/// The same over a page, with **Copy**.
#[component]
pub fn SecretView(secret: NewSecret, done: Callback<()>) -> impl IntoView {
    view! {
        <div class="form">
            <Warning/>
            <SecretField secret=secret.secret/>
            <TryIt curl=secret.curl/>
            <div class="actions">
                <button type="button" class="button primary" on:click=move |_| done.run(())>
                    "Done"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Warning() -> impl IntoView {
    view! {
        <p class="warning" id="dialog-text">
            "Copy it now. You won't be able to view it again."
        </p>
    }
}

#[component]
fn SecretField(secret: String) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // None before the first try, then whether it worked.
    let copied = RwSignal::new(None);
    let copy = move |_| {
        let Some(input) = input.get_untracked() else { return };
        spawn_local(async move {
            let worked = browser::copy(&input.value(), &input).await;
            copied.try_set(Some(worked));
        });
    };
    let label = move || if copied.get() == Some(true) { "Copied" } else { "Copy" };
    let told = move || match copied.get() {
        Some(true) => "Copied to the clipboard.",
        Some(false) => "Press Ctrl+C to copy.",
        None => "",
    };
    view! {
        <div class="field">
            <label for="secret-key">"Secret key"</label>
            <div class="secret">
                <input
                    node_ref=input
                    id="secret-key"
                    class="input code"
                    value=secret
                    readonly
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    on:focus=|event| select_all(&event)
                />
                <button type="button" class="button copy" on:click=copy>
                    {label}
                </button>
            </div>
            <p class="hint" aria-live="polite">{told}</p>
        </div>
    }
}

#[component]
fn TryIt(curl: String) -> impl IntoView {
    view! {
        <div class="field">
            <p class="label">"Try it"</p>
            <pre class="snippet">
                <code>{curl}</code>
            </pre>
        </div>
    }
}

fn select_all(event: &Event) {
    if let Some(input) = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.select();
    }
}
