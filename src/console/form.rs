//! Forms that work by a plain post, and without a page load where the browser part runs.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;

use crate::console::browser;
use crate::console::error::ConsoleError;
use crate::console::icons::ChevronIcon;
use crate::console::model::{Choice, FromFields};
use crate::console::notice::ErrorNotice;
use crate::console::phrase::Phrase;
use crate::console::status::Announcer;

/// Fields that nobody sees. What is wrong with them is said above the form.
const HIDDEN: [&str; 3] = ["id", "secret_id", "token"];

/// Where a form stands: over a page, closed by a button, or as a page, left by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Dialog,
    Page,
}

/// What a form that was sent has brought about.
#[derive(Clone, Debug)]
pub struct Answer<O> {
    pub value: O,
    /// Whether the form was closed before the answer came.
    pub late: bool,
}

/// How far the sending of a form has come.
#[derive(Clone, Copy, Debug)]
pub struct Submission {
    pending: RwSignal<bool>,
    error: RwSignal<Option<ConsoleError>>,
    /// Brings the page behind the form up to date, when an answer tells that it is not.
    refresh: Option<Callback<()>>,
}

impl Submission {
    /// A form nobody has sent yet, or one that the server answers with an error.
    pub fn new(error: Option<ConsoleError>) -> Self {
        Self { pending: RwSignal::new(false), error: RwSignal::new(error), refresh: None }
    }

    /// A form over a page that `refresh` brings up to date.
    pub fn over(refresh: Callback<()>) -> Self {
        Self { refresh: Some(refresh), ..Self::new(None) }
    }

    /// Handles the form's submit event: sends the fields to `call`, hands its answer to `done`,
    /// and otherwise shows what went wrong with everything typed still in place.
    pub fn send<I, O, F>(
        self,
        call: impl Fn(I) -> F + 'static,
        done: Callback<Answer<O>>,
    ) -> impl Fn(SubmitEvent) + 'static
    where
        I: FromFields + 'static,
        O: 'static,
        F: Future<Output = Result<O, ConsoleError>> + 'static,
    {
        let announcer = Announcer::get();
        move |event| {
            // Fields that can't be read are left to the browser's own post.
            let Some(field) = browser::fields(&event) else { return };
            event.prevent_default();
            let input = I::from_fields(field);
            // A double click makes one call.
            if self.pending.get_untracked() {
                return;
            }
            self.pending.set(true);
            let answer = call(input);
            spawn_local(async move {
                let answer = answer.await;
                let late = self.pending.try_set(false).is_some();
                match answer {
                    Ok(value) => {
                        let _ = done.try_run(Answer { value, late });
                    }
                    Err(error) => self.fail(error, announcer),
                }
            });
        }
    }

    fn fail(self, error: ConsoleError, announcer: Announcer) {
        let stale = matches!(error, ConsoleError::NotFound | ConsoleError::Conflict(_));
        if let Some(refresh) = self.refresh.filter(|_| stale) {
            let _ = refresh.try_run(());
        }
        match self.error.try_set(Some(error)) {
            None => browser::focus_soon("dialog [aria-invalid]"),
            // The dialog was closed meanwhile.
            Some(error) => announcer.say(error.map(|error| error.to_string()).unwrap_or_default()),
        }
    }

    /// Whether this field is to blame.
    pub fn is_wrong(self, field: &str) -> bool {
        self.on_field(field).is_some()
    }

    fn on_field(self, field: &str) -> Option<String> {
        self.error.with(|error| error.as_ref()?.on_field(field))
    }

    /// Whether `field` gets focus first: the first wrong one, else the one that asks for it.
    fn focuses(self, field: &str, otherwise: bool) -> bool {
        self.error.with_untracked(|error| match error {
            Some(ConsoleError::Invalid(errors)) => errors.first().is_some_and(|error| error.field == field),
            _ => otherwise,
        })
    }

    /// What is wrong beyond the fields that people see.
    fn general(self) -> Option<ConsoleError> {
        match self.error.get()? {
            ConsoleError::Invalid(errors) => {
                let hidden = errors.into_iter().find(|error| HIDDEN.contains(&error.field.as_str()));
                hidden.map(|error| ConsoleError::Conflict(error.message))
            }
            error => Some(error),
        }
    }
}

/// The alert at the top of a form, when something is wrong that no field is to blame for.
#[component]
pub fn FormError(submission: Submission) -> impl IntoView {
    // Trying again is sending the form again: what is typed is still there.
    let again = || view! { <button type="submit" class="button small">"Try again"</button> };
    move || submission.general().map(|error| view! { <ErrorNotice error again/> })
}

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    submission: Submission,
    /// The input's type, when it is not text.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let ids = FieldIds::new(name);
    let wrong = move || submission.on_field(name).map(|_| "true");
    view! {
        <div class="field">
            <label for=ids.input.clone()>{label.show()}</label>
            <input
                id=ids.input
                name=name
                type=kind
                value=value
                class="input"
                placeholder=placeholder
                autocomplete=autocomplete
                required=!optional
                autofocus=submission.focuses(name, autofocus)
                aria-invalid=wrong
                aria-describedby=ids.described_by
            />
            {hint.map(|hint| view! { <p class="hint" id=ids.hint>{hint}</p> })}
            <p class="field-error" id=ids.error>{move || submission.on_field(name)}</p>
        </div>
    }
}

/// One of several.
#[component]
pub fn SelectField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    options: Vec<Choice>,
    submission: Submission,
    /// Asks for a choice while none is made.
    #[prop(optional)]
    placeholder: Option<&'static str>,
) -> impl IntoView {
    let ids = FieldIds::new(name);
    let wrong = move || submission.on_field(name).map(|_| "true");
    let unchosen = !options.iter().any(|option| option.value == value);
    let ask = placeholder.filter(|_| unchosen).map(|text| view! { <option value="">{text}</option> });
    let option = move |Choice { value: this, label }: Choice| {
        let selected = this == value;
        view! { <option value=this selected=selected>{label}</option> }
    };
    view! {
        <div class="field">
            <label for=ids.input.clone()>{label.show()}</label>
            <span class="select">
                <select
                    id=ids.input
                    name=name
                    class="input"
                    autofocus=submission.focuses(name, false)
                    aria-invalid=wrong
                    aria-describedby=ids.described_by
                >
                    {ask}
                    {options.into_iter().map(option).collect_view()}
                </select>
                <ChevronIcon/>
            </span>
            <p class="field-error" id=ids.error>{move || submission.on_field(name)}</p>
        </div>
    }
}

/// A day, asked for while the select above it says `custom`. The style sheet hides it otherwise.
#[component]
pub fn CustomDateField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    first_day: String,
    last_day: String,
    submission: Submission,
) -> impl IntoView {
    let ids = FieldIds::new(name);
    let wrong = move || submission.on_field(name).map(|_| "true");
    view! {
        <div class="field custom-date">
            <label for=ids.input.clone()>{label.show()}</label>
            <input
                id=ids.input
                name=name
                type="date"
                value=value
                min=first_day
                max=last_day
                class="input"
                autofocus=submission.focuses(name, false)
                aria-invalid=wrong
                aria-describedby=ids.described_by
            />
            <p class="field-error" id=ids.error>{move || submission.on_field(name)}</p>
        </div>
    }
}

/// **Cancel** and the button that does it.
#[component]
pub fn FormActions(
    label: &'static str,
    submission: Submission,
    place: Place,
    /// For what destroys.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    let busy = move || submission.pending.get().then_some("true");
    let class = if danger { "button danger" } else { "button primary" };
    view! {
        <div class="actions">
            <Cancel place/>
            <button type="submit" class=class aria-busy=busy aria-disabled=busy>
                {label}
            </button>
        </div>
    }
}

#[component]
fn Cancel(place: Place) -> impl IntoView {
    match place {
        Place::Dialog => leptos::either::Either::Left(view! {
            <button type="button" class="button" on:click=|_| browser::close_dialog()>
                "Cancel"
            </button>
        }),
        Place::Page => leptos::either::Either::Right(view! {
            <a class="button" href="/settings/api-keys">
                "Cancel"
            </a>
        }),
    }
}

/// The ids that tie a field's label, hint and error to its input.
struct FieldIds {
    input: String,
    hint: String,
    error: String,
    described_by: String,
}

impl FieldIds {
    fn new(name: &str) -> Self {
        let hint = ["hint-", name].concat();
        let error = ["error-", name].concat();
        Self { input: ["field-", name].concat(), described_by: [&hint, " ", &error].concat(), hint, error }
    }
}
