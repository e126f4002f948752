//! The second half of a double click. What the first half opened or closed has changed what lies under the pointer, so
//! the second would hit what nobody aimed at.

use std::cell::Cell;

use leptos::prelude::{on_cleanup, window, window_event_listener};
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::MouseEvent;
use leptos::web_sys::js_sys::Date;

/// A click at the same place repeats the last one so soon after what that one did was seen, in milliseconds.
const SOON: f64 = 1000.0;
/// How far a hand moves between the halves of a double click, in pixels.
const NEAR: f64 = 8.0;

#[derive(Clone, Copy)]
struct Click {
    x: f64,
    y: f64,
    at: f64,
}

thread_local! {
    static LAST: Cell<Option<Click>> = const { Cell::new(None) };
    /// The click that changed what lies under the pointer.
    static GUARDED: Cell<Option<Click>> = const { Cell::new(None) };
}

/// For a moment a click that repeats the last one does nothing.
pub fn guard() {
    GUARDED.set(LAST.get().map(|click| Click { at: Date::now(), ..click }));
}

/// Looks at each click before anything else does.
pub fn listen() {
    let on_click = Closure::<dyn Fn(MouseEvent)>::new(|event: MouseEvent| {
        // A key pressed on a button comes as a click at no place.
        if event.detail() == 0 {
            return;
        }
        let click = Click { x: event.client_x().into(), y: event.client_y().into(), at: Date::now() };
        let repeats = |guarded: Click| {
            click.at - guarded.at < SOON
                && (click.x - guarded.x).abs() <= NEAR
                && (click.y - guarded.y).abs() <= NEAR
        };
        if GUARDED.get().is_some_and(repeats) {
            event.prevent_default();
            event.stop_immediate_propagation();
        } else {
            LAST.set(Some(click));
        }
    });
    let listener = on_click.as_ref().unchecked_ref();
    // The window is asked first, and before what it holds.
    let _ = window().add_event_listener_with_callback_and_bool("click", listener, true);
    // It listens as long as the page is there.
    on_click.forget();
    // Whoever presses a key in between clicks anew.
    let keydown = window_event_listener(leptos::ev::keydown, |_| {
        GUARDED.set(None);
        LAST.set(None);
    });
    on_cleanup(move || keydown.remove());
}
