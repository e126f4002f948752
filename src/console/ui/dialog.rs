//! A dialog over the page.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event};

use crate::console::browser;
use crate::console::phrase::Phrase;

/// How a dialog behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Closes by Escape and by a click outside.
    Light,
    /// The same, for what can't be undone: screen readers read its text at once.
    Alert,
    /// Closes by its own button only.
    Firm,
}

/// Open as long as it is there. `closed` tells that the person closed it.
#[component]
pub fn Modal<C>(
    #[prop(into)] title: Phrase,
    #[prop(default = Manner::Light)] manner: Manner,
    closed: Callback<()>,
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            browser::show_modal(&dialog);
        }
    });
    let on_close = move |event: Event| {
        // A dialog that made way for another one tells so late, when it has left the page.
        if is_on_page(&event) {
            closed.try_run(());
        }
    };
    let on_cancel = move |event: Event| {
        if manner == Manner::Firm {
            event.prevent_default();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            role=(manner == Manner::Alert).then_some("alertdialog")
            closedby=if manner == Manner::Firm { "none" } else { "any" }
            aria-labelledby="dialog-title"
            aria-describedby=(manner != Manner::Light).then_some("dialog-text")
            on:close=on_close
            on:cancel=on_cancel
        >
            <h2 id="dialog-title">{title.show()}</h2>
            {children.into_inner()()}
        </dialog>
    }
}

fn is_on_page(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|dialog| dialog.is_connected())
}
