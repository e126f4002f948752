//! The dialog with the new secret. Nothing that is done by accident closes it.

use leptos::prelude::*;
use leptos::web_sys::BeforeUnloadEvent;

use super::copy::{SecretField, Snippets};
use super::first_request::{Awaited, first_request_line};
use super::{NewSecret, Warning, facts};
use crate::console::island::screen::Screen;
use crate::console::ui::dialog::{Manner, Modal, Question};
use crate::console::ui::phrase::Phrase;

#[component]
pub fn RevealDialog(secret: NewSecret, screen: Screen) -> impl IntoView {
    let copied = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let (name, done) = (secret.name.clone(), secret.done.clone());
    let close = move || {
        screen.close();
        // Not before: a page that must be left for another would take the secret along.
        screen.refresh();
        screen.say(done.clone());
    };
    let left = {
        let close = close.clone();
        Callback::new(move |()| close())
    };
    let leave = move |_| if copied.get_untracked() { close() } else { asking.set(true) };
    ask_before_leaving(copied);
    let question = move || {
        let text = Phrase::about(
            "The secret of ",
            &name,
            " was not copied. Once this closes, nobody can see it again; you would have to rotate the key.",
        );
        let stayed = Callback::new(move |()| asking.set(false));
        asking.get().then(|| {
            view! { <Question title="Close without saving?" text stay="Keep open" leave="Close anyway" stayed left/> }
        })
    };
    let waiting = Awaited {
        key_id: secret.key_id.clone(),
        secret_id: secret.secret_id.clone(),
        last_four: last_four(&secret.secret),
    };
    view! {
        <Modal title="Save your API key" manner=Manner::Firm width="broad" closed=screen.closed()>
            <div class="form">
                <Warning/>
                {facts(&secret)}
                <SecretField secret=secret.secret.clone() copied/>
                <Snippets url=secret.url.clone() secret=secret.secret.clone() copied/>
                <div class="actions">
                    {first_request_line(waiting)}
                    <button type="button" class="button primary" on:click=leave>
                        "Done"
                    </button>
                </div>
            </div>
        </Modal>
        {question}
    }
}

/// The browser asks, in its own words, before the page goes with a secret that nobody has copied.
fn ask_before_leaving(copied: RwSignal<bool>) {
    let listener = window_event_listener(leptos::ev::beforeunload, move |event: BeforeUnloadEvent| {
        if !copied.try_get_untracked().unwrap_or(true) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

fn last_four(secret: &str) -> String {
    secret.get(secret.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}
