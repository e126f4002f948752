//! The fields of forms, each with its label, its hint and what is wrong with it.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::ui::notice::ErrorNotice;
use crate::console::ui::phrase::Phrase;

/// Fields that nobody sees. What is wrong with them is said above the form.
const HIDDEN: [&str; 4] = ["id", "secret", "secret_id", "token"];

/// How far a form has come: whether it is on its way, and what is wrong with what was sent.
#[derive(Clone, Copy, Debug)]
pub struct FormState {
    pub pending: RwSignal<bool>,
    pub error: RwSignal<Option<ConsoleError>>,
}

impl FormState {
    /// A form that nobody has sent yet, or one that the server answers with an error.
    pub fn new(error: Option<ConsoleError>) -> Self {
        Self { pending: RwSignal::new(false), error: RwSignal::new(error) }
    }

    /// Whether this field is to blame.
    pub fn is_wrong(self, field: &str) -> bool {
        self.on_field(field).is_some()
    }

    pub(super) fn on_field(self, field: &str) -> Option<String> {
        self.error.with(|error| error.as_ref()?.on_field(field))
    }

    /// Whether `field` gets focus first: the first wrong one, else the one that asks for it.
    pub(super) fn focuses(self, field: &str, otherwise: bool) -> bool {
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
pub fn FormError(state: FormState) -> impl IntoView {
    // Trying again is sending the form again: what is typed is still there.
    let again = || view! { <button type="submit" class="button small">"Try again"</button> };
    move || state.general().map(|error| view! { <ErrorNotice error again/> })
}

/// The ids that tie a field's label, hint and error to its input.
pub(super) struct FieldIds {
    pub input: String,
    pub hint: String,
    pub error: String,
    pub described_by: String,
}

impl FieldIds {
    pub fn new(name: &str, hint: bool) -> Self {
        let hint_id = ["hint-", name].concat();
        let error = ["error-", name].concat();
        let described_by = if hint { [&hint_id, " ", &error].concat() } else { error.clone() };
        Self { input: ["field-", name].concat(), described_by, hint: hint_id, error }
    }
}

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    state: FormState,
    /// The input's type, when it is not text.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    /// The first and last day that a date may be.
    #[prop(optional)]
    days: Option<(String, String)>,
) -> impl IntoView {
    let ids = FieldIds::new(name, hint.is_some());
    let wrong = move || state.on_field(name).map(|_| "true");
    let (min, max) = days.unzip();
    view! {
        <div class="field">
            <label for=ids.input.clone()>{label.show()}</label>
            <input
                id=ids.input
                name=name
                type=kind
                value=value
                min=min
                max=max
                class="input"
                placeholder=placeholder
                autocomplete=autocomplete
                required=!optional
                autofocus=state.focuses(name, autofocus)
                aria-invalid=wrong
                aria-describedby=ids.described_by
            />
            {hint.map(|hint| view! { <p class="hint" id=ids.hint>{hint}</p> })}
            <p class="field-error" id=ids.error>{move || state.on_field(name)}</p>
        </div>
    }
}

/// Several lines of text, which may be left empty.
#[component]
pub fn LinesField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    state: FormState,
    hint: &'static str,
) -> impl IntoView {
    let ids = FieldIds::new(name, true);
    let wrong = move || state.on_field(name).map(|_| "true");
    view! {
        <div class="field">
            <label for=ids.input.clone()>{label.show()}</label>
            <textarea
                id=ids.input
                name=name
                class="input"
                rows="2"
                autofocus=state.focuses(name, false)
                aria-invalid=wrong
                aria-describedby=ids.described_by
            >
                {value}
            </textarea>
            <p class="hint" id=ids.hint>{hint}</p>
            <p class="field-error" id=ids.error>{move || state.on_field(name)}</p>
        </div>
    }
}
