//! The dialogs of the API Keys tab, of which one is open at a time.

use std::collections::VecDeque;

use leptos::either::{EitherOf3, EitherOf7};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::console::browser;
use crate::console::error::ConsoleError;
use crate::console::form::{Answer, Place, Submission};
use crate::console::keys::calls::key_choices;
use crate::console::keys::create::CreateKeyForm;
use crate::console::keys::delete::{self, DeleteKeyForm};
use crate::console::keys::edit::{self, EditKeyForm};
use crate::console::keys::modal::{Manner, Modal};
use crate::console::keys::reveal::SecretView;
use crate::console::keys::revoke::{self, RevokeKeyForm};
use crate::console::keys::rotate::{self, RotateKeyForm};
use crate::console::model::{
    Choices, CreateKeyInput, DeleteKeyInput, Done, KeySubject, NewSecret, RevokeKeyInput,
};
use crate::console::notice::ErrorNotice;
use crate::console::status::Announcer;

/// Which dialog is open.
#[derive(Clone, Debug, Default)]
pub enum OpenDialog {
    #[default]
    None,
    Create,
    Edit(KeySubject),
    Rotate(KeySubject),
    Revoke(KeySubject),
    Delete(KeySubject),
    Reveal(NewSecret),
}

impl OpenDialog {
    /// The dialog that a link of a key's menu opens: `edit`, `rotate`, `revoke` or `delete`.
    pub fn for_action(action: &str, key: KeySubject) -> Option<Self> {
        match action {
            "edit" => Some(Self::Edit(key)),
            "rotate" => Some(Self::Rotate(key)),
            "revoke" => Some(Self::Revoke(key)),
            "delete" => Some(Self::Delete(key)),
            _ => None,
        }
    }
}

/// Where focus goes in a form.
const FIRST_FIELD: &str = "dialog[open] :is([autofocus], select, input:not([type=hidden]))";

/// What the forms offer; None until it has come.
type LoadedChoices = RwSignal<Option<Result<Choices, ConsoleError>>>;

/// The open dialog, if any. It stands over a page that `refresh` brings up to date and that
/// `deleted` leaves or keeps, once its key is gone.
#[component]
pub fn KeyDialogs(
    open: RwSignal<OpenDialog>,
    refresh: Callback<()>,
    deleted: Callback<String>,
) -> impl IntoView {
    let choices: LoadedChoices = RwSignal::new(None);
    // Loaded once the page is there, so that a dialog opens without a wait.
    Effect::new(move || load(choices));
    let announcer = Announcer::get();
    let close = Callback::new(move |()| {
        open.set(OpenDialog::None);
        // What opened it may be gone: a dialog brings the page behind it up to date.
        browser::rescue_focus();
    });
    // Secrets whose forms were closed before they came. Each is shown once nothing else is open.
    let waiting = RwSignal::new(VecDeque::<NewSecret>::new());
    Effect::new(move || {
        let next = waiting.with(|waiting| !waiting.is_empty()) && matches!(open.get(), OpenDialog::None);
        if next && let Some(secret) = waiting.try_update(VecDeque::pop_front).flatten() {
            open.set(OpenDialog::Reveal(secret));
        }
    });
    let changed = Callback::new(move |Answer { value: Done { done }, late }| {
        if !late {
            close_answered(open);
        }
        if !is_revealing(open) {
            refresh.run(());
        }
        announcer.say(done);
    });
    let removed = Callback::new(move |Answer { value: Done { done }, late }| {
        if !late {
            close_answered(open);
        }
        announcer.say(done.clone());
        if !is_revealing(open) {
            deleted.run(done);
        }
    });
    let issued = Callback::new(move |Answer { value: secret, late }| {
        if late {
            waiting.update(|waiting| waiting.push_back(secret));
        } else {
            browser::close_dialog();
            open.set(OpenDialog::Reveal(secret));
        }
    });
    forget_secret_with_page(open);
    // Variants, so that one dialog that follows another is a new element and not the old one anew.
    move || match open.get() {
        OpenDialog::None => EitherOf7::A(()),
        OpenDialog::Create => EitherOf7::B(view! { <CreateDialog choices issued close refresh/> }),
        OpenDialog::Edit(key) => EitherOf7::C(view! { <EditDialog key choices changed close refresh/> }),
        OpenDialog::Rotate(key) => EitherOf7::D(view! { <RotateDialog key choices issued close refresh/> }),
        OpenDialog::Revoke(key) => EitherOf7::E(view! { <RevokeDialog key changed close refresh/> }),
        OpenDialog::Delete(key) => EitherOf7::F(view! { <DeleteDialog key removed close refresh/> }),
        OpenDialog::Reveal(secret) => EitherOf7::G(view! { <RevealDialog secret open refresh/> }),
    }
}

/// Closes the dialog whose form was answered.
fn close_answered(open: RwSignal<OpenDialog>) {
    browser::close_dialog();
    open.set(OpenDialog::None);
}

/// Whether a secret is on the screen: then nothing may take its page away.
fn is_revealing(open: RwSignal<OpenDialog>) -> bool {
    open.with_untracked(|open| matches!(open, OpenDialog::Reveal(_)))
}

#[component]
fn CreateDialog(
    choices: LoadedChoices,
    issued: Callback<Answer<NewSecret>>,
    close: Callback<()>,
    refresh: Callback<()>,
) -> impl IntoView {
    let submission = Submission::over(refresh);
    let input = CreateKeyInput {
        expiration: "90d".to_owned(),
        token: browser::random_uuid(),
        ..CreateKeyInput::default()
    };
    let form = move |choices| {
        let input = input.clone();
        view! { <CreateKeyForm choices input submission place=Place::Dialog done=issued/> }
    };
    view! {
        <Modal title="Create API key" closed=close>
            {once_loaded(choices, form)}
        </Modal>
    }
}

#[component]
fn EditDialog(
    key: KeySubject,
    choices: LoadedChoices,
    changed: Callback<Answer<Done>>,
    close: Callback<()>,
    refresh: Callback<()>,
) -> impl IntoView {
    let submission = Submission::over(refresh);
    let title = edit::title(&key);
    let input = edit::first_input(key);
    let form = move |choices| {
        let input = input.clone();
        view! { <EditKeyForm choices input submission place=Place::Dialog done=changed/> }
    };
    view! {
        <Modal title closed=close>
            {once_loaded(choices, form)}
        </Modal>
    }
}

#[component]
fn RotateDialog(
    key: KeySubject,
    choices: LoadedChoices,
    issued: Callback<Answer<NewSecret>>,
    close: Callback<()>,
    refresh: Callback<()>,
) -> impl IntoView {
    let submission = Submission::over(refresh);
    let form = {
        let (status, input) = (key.status, rotate::first_input(&key));
        move |choices| {
            let input = input.clone();
            view! { <RotateKeyForm status choices input submission place=Place::Dialog done=issued/> }
        }
    };
    view! {
        <Modal title=rotate::title(&key) closed=close>
            {once_loaded(choices, form)}
        </Modal>
    }
}

#[component]
fn RevokeDialog(
    key: KeySubject,
    changed: Callback<Answer<Done>>,
    close: Callback<()>,
    refresh: Callback<()>,
) -> impl IntoView {
    let submission = Submission::over(refresh);
    let title = revoke::title(&key);
    let input = RevokeKeyInput { id: key.id, reason: String::new() };
    view! {
        <Modal title manner=Manner::Alert closed=close>
            <RevokeKeyForm last_used=key.last_used input submission place=Place::Dialog done=changed/>
        </Modal>
    }
}

#[component]
fn DeleteDialog(
    key: KeySubject,
    removed: Callback<Answer<Done>>,
    close: Callback<()>,
    refresh: Callback<()>,
) -> impl IntoView {
    let submission = Submission::over(refresh);
    let title = delete::title(&key);
    let input = DeleteKeyInput { id: key.id.clone(), confirm: String::new() };
    view! {
        <Modal title closed=close>
            <DeleteKeyForm key input submission place=Place::Dialog done=removed/>
        </Modal>
    }
}

#[component]
fn RevealDialog(secret: NewSecret, open: RwSignal<OpenDialog>, refresh: Callback<()>) -> impl IntoView {
    let announcer = Announcer::get();
    let told = secret.done.clone();
    let close = Callback::new(move |()| open.set(OpenDialog::None));
    let done = Callback::new(move |()| {
        browser::close_dialog();
        open.set(OpenDialog::None);
        // Not before: a page that must be left for another would take the secret along.
        refresh.run(());
        announcer.say(told.clone());
    });
    view! {
        <Modal title="Save your API key" manner=Manner::Firm closed=close>
            <SecretView secret done/>
        </Modal>
    }
}

/// The form once its choices are there. They load after the page, so mostly at once.
fn once_loaded<V: IntoView + 'static>(
    choices: LoadedChoices,
    form: impl Fn(Choices) -> V + Send + 'static,
) -> impl IntoView {
    move || match choices.get() {
        Some(Ok(choices)) => {
            // A form that comes after its dialog was opened gets no focus from the browser.
            browser::focus_soon(FIRST_FIELD);
            EitherOf3::A(form(choices))
        }
        Some(Err(error)) => {
            let again = move || {
                view! {
                    <button type="button" class="button small" on:click=move |_| load(choices)>
                        "Try again"
                    </button>
                }
            };
            EitherOf3::B(view! { <ErrorNotice error again/> })
        }
        None => EitherOf3::C(view! { <p class="soft">"Loading…"</p> }),
    }
}

fn load(choices: LoadedChoices) {
    spawn_local(async move {
        let loaded = key_choices().await;
        choices.try_set(Some(loaded));
    });
}

/// A page that is left takes its secret along, also out of the browser's back and forward cache.
fn forget_secret_with_page(open: RwSignal<OpenDialog>) {
    let forget = move || {
        if matches!(open.try_get_untracked(), Some(OpenDialog::Reveal(_))) {
            open.set(OpenDialog::None);
        }
    };
    Effect::new(move || {
        let listener = window_event_listener(leptos::ev::pagehide, move |_| forget());
        on_cleanup(move || listener.remove());
    });
}
