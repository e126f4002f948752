//! Fields that let choose one of several things.

use leptos::either::Either;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::console::ui::field::{FieldIds, FormState};
use crate::console::ui::icon::ChevronIcon;
use crate::console::ui::phrase::Phrase;

/// From so many choices on, one is typed rather than searched for in a long list.
const TYPED_FROM: usize = 8;

/// One of several things to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// What choosing it means, in one line.
    pub meaning: Option<String>,
    /// Whether it asks for care; the style sheet then shows what is marked `when-careful`.
    pub careful: bool,
}

impl Choice {
    pub fn new(value: &str, label: impl Into<String>) -> Self {
        Self { value: value.to_owned(), label: label.into(), ..Self::default() }
    }

    pub fn meaning(self, meaning: impl Into<String>) -> Self {
        Self { meaning: Some(meaning.into()), ..self }
    }

    /// "Viewer: can read everything"
    fn line(&self) -> String {
        match &self.meaning {
            Some(meaning) => [&self.label, ": ", meaning].concat(),
            None => self.label.clone(),
        }
    }
}

/// One of several; of many, one that is typed.
#[component]
pub fn SelectField(
    #[prop(into)] label: Phrase,
    name: &'static str,
    value: String,
    options: Vec<Choice>,
    state: FormState,
    /// Asks for a choice while none is made.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// Whether one of many is typed: then its label is sent, in place of its value.
    #[prop(optional)]
    typed: bool,
) -> impl IntoView {
    let ids = FieldIds::new(name, false);
    let input = if typed && options.len() >= TYPED_FROM {
        Either::Left(typed_choice(name, value, options, state, placeholder, &ids))
    } else {
        Either::Right(select(name, value, options, state, placeholder, &ids))
    };
    view! {
        <div class="field">
            <label for=ids.input>{label.show()}</label>
            <span class="select">{input} <ChevronIcon/></span>
            <p class="field-error" id=ids.error>{move || state.on_field(name)}</p>
        </div>
    }
}

fn select(
    name: &'static str,
    value: String,
    options: Vec<Choice>,
    state: FormState,
    placeholder: Option<&'static str>,
    ids: &FieldIds,
) -> impl IntoView + use<> {
    let unchosen = !options.iter().any(|option| option.value == value);
    let ask = placeholder.filter(|_| unchosen).map(|text| view! { <option value="">{text}</option> });
    let option = move |choice: Choice| {
        let selected = choice.value == value;
        let line = choice.line();
        view! { <option value=choice.value selected=selected data-careful=choice.careful.then_some("")>{line}</option> }
    };
    view! {
        <select
            id=ids.input.clone()
            name=name
            class="input"
            autofocus=state.focuses(name, false)
            aria-invalid=move || state.on_field(name).map(|_| "true")
            aria-describedby=ids.described_by.clone()
        >
            {ask}
            {options.into_iter().map(option).collect_view()}
        </select>
    }
}

fn typed_choice(
    name: &'static str,
    value: String,
    options: Vec<Choice>,
    state: FormState,
    placeholder: Option<&'static str>,
    ids: &FieldIds,
) -> impl IntoView + use<> {
    let list = ["choices-", name].concat();
    let chosen = options.iter().find(|option| option.value == value).map(|option| option.label.clone());
    let careful: Vec<_> =
        options.iter().filter(|option| option.careful).map(|option| option.label.clone()).collect();
    // Only where scripts run: elsewhere nothing tells what is typed, and the warning always stands.
    let plain = RwSignal::new(None::<&str>);
    let typed =
        move |text: &str| plain.set((!careful.iter().any(|label| label == text.trim())).then_some(""));
    let value = chosen.unwrap_or(value);
    let (first, typed_first) = (value.clone(), typed.clone());
    Effect::new(move || typed_first(&first));
    let option = |choice: Choice| view! { <option value=choice.label>{choice.meaning}</option> };
    view! {
        <input
            data-plain=plain
            on:input:target=move |event| typed(&event.target().value())
            id=ids.input.clone()
            name=name
            class="input"
            list=list.clone()
            value=value
            placeholder=placeholder
            autocomplete="off"
            autofocus=state.focuses(name, false)
            aria-invalid=move || state.on_field(name).map(|_| "true")
            aria-describedby=ids.described_by.clone()
        />
        <datalist id=list>{options.into_iter().map(option).collect_view()}</datalist>
    }
}

/// One of a few, all of them in sight with what each means.
#[component]
pub fn RadioField(
    label: &'static str,
    name: &'static str,
    value: String,
    options: Vec<Choice>,
    state: FormState,
) -> impl IntoView {
    let error = ["error-", name].concat();
    let described_by = error.clone();
    let option = move |choice: Choice| {
        let checked = choice.value == value;
        let [label, meaning] = ["label-", "meaning-"].map(|part| [part, name, "-", &choice.value].concat());
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    value=choice.value
                    checked=checked
                    aria-labelledby=label.clone()
                    aria-describedby=choice.meaning.is_some().then(|| meaning.clone())
                />
                <span id=label>{choice.label}</span>
                {choice.meaning.map(|text| view! { <small id=meaning>{text}</small> })}
            </label>
        }
    };
    view! {
        <fieldset class="field" aria-describedby=described_by>
            <legend>{label}</legend>
            <div class="choices">{options.into_iter().map(option).collect_view()}</div>
            <p class="field-error" id=error>{move || state.on_field(name)}</p>
        </fieldset>
    }
}
