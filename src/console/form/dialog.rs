//! Forms in dialogs, where the browser part runs.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;

use super::{Form, Outcome, form};
use crate::console::browser;
use crate::console::error::ConsoleError;
use crate::console::island::screen::Screen;
use crate::console::ui::dialog::{Manner, Modal, Slot};
use crate::console::ui::field::FormState;
use crate::console::ui::notice::ErrorNotice;
use crate::console::ui::phrase::Phrase;

/// Opens the form over the page. Its dialog is there at once; its fields follow when the choices have come.
pub fn open<F: Form>(screen: Screen, subject: F::Subject) {
    screen.open(move || {
        let slot = Slot::empty();
        let title = F::title(&subject);
        match F::choices_at_hand() {
            // Once the dialog is there.
            Some(choices) => queue_microtask(move || show::<F>(screen, slot, subject, choices)),
            None => load::<F>(screen, slot, subject),
        }
        frame(title, F::MANNER, F::WIDTH, slot, screen)
    });
}

/// The dialog around every form.
fn frame(title: Phrase, manner: Manner, width: &'static str, slot: Slot, screen: Screen) -> impl IntoView {
    view! {
        <Modal title manner width closed=screen.closed()>
            {slot.place()}
        </Modal>
    }
}

fn load<F: Form>(screen: Screen, slot: Slot, subject: F::Subject) {
    let asked = F::fetch_choices(subject.clone());
    spawn_local(async move {
        match asked.await {
            Ok(choices) => show::<F>(screen, slot, subject, choices),
            Err(error) => {
                let again = Callback::new(move |()| load::<F>(screen, slot, subject.clone()));
                slot.show(move || not_loaded(error, again));
            }
        }
    });
}

/// The form with its fields as they first stand.
fn show<F: Form>(screen: Screen, slot: Slot, subject: F::Subject, choices: F::Choices) {
    slot.show(move || {
        let state = FormState::new(None);
        let fields = F::first(&subject, &choices);
        let remedy =
            move || state.error.with(|error| error.as_ref().and_then(|error| F::remedy(error, screen)));
        (remedy, form::<F, _>(fields, subject, choices, state, cancel_button(), send::<F>(screen, state)))
    });
    // A form that comes after its dialog was opened gets no focus from the browser.
    browser::focus_soon(FIRST_FIELD);
}

/// Where focus goes in a form.
const FIRST_FIELD: &str = "dialog[open] :is([autofocus], select, textarea, input:not([type=hidden]))";

fn not_loaded(error: ConsoleError, again: Callback<()>) -> impl IntoView {
    view! {
        <ErrorNotice error again=|| ()/>
        <div class="actions">
            {cancel_button()}
            <button type="button" class="button primary" on:click=move |_| again.run(())>
                "Try again"
            </button>
        </div>
    }
}

fn cancel_button() -> impl IntoView {
    view! {
        <button type="button" class="button" on:click=|_| browser::close_dialog()>
            "Cancel"
        </button>
    }
}

/// Handles the form's submit event: sends the fields, shows what comes of it, or what went wrong with everything typed
/// still in place.
fn send<F: Form>(screen: Screen, state: FormState) -> impl Fn(SubmitEvent) + 'static {
    move |event| {
        // Fields that can't be read are left to the browser's own post.
        let Some(values) = browser::fields(&event) else { return };
        event.prevent_default();
        // A double click makes one call.
        if state.pending.get_untracked() {
            return;
        }
        state.pending.set(true);
        let answer = F::read(&values).send();
        spawn_local(async move {
            let answer = answer.await;
            let late = state.pending.try_set(false).is_some();
            match answer {
                Ok(outcome) => outcome.show(screen, late),
                Err(error) => fail(error, screen, state),
            }
        });
    }
}

fn fail(error: ConsoleError, screen: Screen, state: FormState) {
    use ConsoleError::{Conflict, NotFound, SentTwice, Unsure};
    if matches!(error, NotFound(_) | Conflict(_) | SentTwice(_) | Unsure) {
        // The page behind shows what is no longer so, or what became of it.
        screen.refresh();
    }
    match state.error.try_set(Some(error)) {
        None => browser::focus_soon("dialog [aria-invalid]"),
        // The dialog was closed meanwhile.
        Some(error) => screen.warn(error),
    }
}
