//! A dialog over the page.

use std::any::Any;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use crate::console::browser;
use crate::console::ui::phrase::Phrase;

/// How a dialog behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Closes by Escape and by a click outside, but asks first where something was typed.
    Light,
    /// The same, for what can't be undone: screen readers read its text at once.
    Alert,
    /// Closes by its own buttons only.
    Firm,
}

/// Open as long as it is there. `closed` tells that the person closed it.
#[component]
pub fn Modal<C>(
    #[prop(into)] title: Phrase,
    #[prop(default = Manner::Light)] manner: Manner,
    #[prop(default = "")] width: &'static str,
    closed: Callback<()>,
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(false);
    let asking = RwSignal::new(false);
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            browser::show_modal(&dialog);
        }
    });
    let leave = move || {
        // What is on its way is not thrown away: its answer is shown when it comes.
        let on_its_way = browser::find("dialog[open] [aria-busy=true]").is_some();
        if typed.get_untracked() && !on_its_way {
            asking.set(true);
        } else {
            browser::close_dialog();
        }
    };
    let on_close = move |event: leptos::ev::Event| {
        // A dialog that made way for another one tells so late, when it has left the page.
        let of_this = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if of_this.is_some_and(|dialog| dialog.is_connected()) {
            closed.try_run(());
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "Escape" && manner != Manner::Firm && !event.default_prevented() {
            event.prevent_default();
            leave();
        }
    };
    // Where a browser has ways of its own to close a dialog, they are Escape here.
    let on_cancel = move |event: leptos::ev::Event| {
        event.prevent_default();
        if manner != Manner::Firm {
            leave();
        }
    };
    // A drag that begins in the dialog ends as a click beside it.
    let pressed_outside = StoredValue::new(false);
    let on_mousedown = move |event: MouseEvent| {
        let outside = is_outside(&event);
        pressed_outside.set_value(outside);
        if outside {
            // The focus stays where it is, whatever the second half of a double click hits.
            event.prevent_default();
        }
    };
    let on_click = move |event: MouseEvent| {
        if manner != Manner::Firm && is_outside(&event) && pressed_outside.get_value() {
            leave();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class=width
            role=(manner == Manner::Alert).then_some("alertdialog")
            // Browsers close a dialog in ways of their own, some of which cannot be refused.
            closedby="none"
            aria-labelledby="dialog-title"
            aria-describedby=(manner != Manner::Light).then_some("dialog-text")
            on:close=on_close
            on:keydown=on_keydown
            on:cancel=on_cancel
            on:mousedown=on_mousedown
            on:click=on_click
            on:input=move |_| typed.set(true)
        >
            <h2 id="dialog-title">{title.show()}</h2>
            {children.into_inner()()}
        </dialog>
        {move || asking.get().then(|| discard_question(asking))}
    }
}

/// A place in a dialog whose content comes after it. The content is built once and never rebuilt.
#[derive(Clone, Copy)]
pub struct Slot {
    place: NodeRef<html::Div>,
    content: StoredValue<Option<Box<dyn Any>>, LocalStorage>,
}

impl Slot {
    /// In the dialog that is being made: it goes with it.
    pub fn empty() -> Self {
        Self { place: NodeRef::new(), content: StoredValue::new_local(None) }
    }

    pub fn place(self) -> impl IntoView {
        view! {
            <div class="slot" node_ref=self.place>
                <p class="soft">"Loading…"</p>
            </div>
        }
    }

    /// Shows this in place of what is there, unless the dialog is gone.
    pub fn show<V: IntoView + 'static>(self, view: impl FnOnce() -> V + 'static) {
        let Some(place) = self.place.try_get_untracked().flatten() else { return };
        place.set_inner_html("");
        let content: Box<dyn Any> = Box::new(leptos::mount::mount_to((*place).clone(), view));
        let before = self.content.try_update_value(|kept| kept.replace(content));
        // Not while one of its own handlers runs.
        queue_microtask(move || drop(before));
    }
}

/// A click on the dialog itself, beside its box, is one on what is behind it.
fn is_outside(event: &MouseEvent) -> bool {
    let Some(dialog) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    // A key pressed on a button comes as a click at no place.
    if dialog.tag_name() != "DIALOG" || event.detail() == 0 {
        return false;
    }
    let area = dialog.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    x < area.left() || x > area.right() || y < area.top() || y > area.bottom()
}

fn discard_question(asking: RwSignal<bool>) -> impl IntoView {
    view! {
        <Question
            title="Discard what you typed?"
            text="Nothing has been saved yet."
            stay="Keep editing"
            leave="Discard"
            stayed=Callback::new(move |()| asking.set(false))
            left=Callback::new(move |()| {
                asking.set(false);
                browser::close_dialog();
            })
        />
    }
}

/// A question over a dialog, before something is lost. Whatever is done by accident stays.
#[component]
pub fn Question(
    title: &'static str,
    #[prop(into)] text: Phrase,
    stay: &'static str,
    leave: &'static str,
    stayed: Callback<()>,
    left: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            browser::show_modal(&dialog);
        }
    });
    // The dialog goes first, so that focus comes back to where it was.
    let end = move |then: Callback<()>| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        then.run(());
    };
    let on_keydown = move |event: KeyboardEvent| {
        event.stop_propagation();
        if event.key() == "Escape" {
            event.prevent_default();
            end(stayed);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="slim"
            role="alertdialog"
            closedby="none"
            aria-labelledby="question-title"
            aria-describedby="question-text"
            on:keydown=on_keydown
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                end(stayed);
            }
        >
            <h2 id="question-title">{title}</h2>
            <p id="question-text">{text.show()}</p>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| end(left)>
                    {leave}
                </button>
                <button type="button" class="button primary" autofocus on:click=move |_| end(stayed)>
                    {stay}
                </button>
            </div>
        </dialog>
    }
}
