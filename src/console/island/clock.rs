//! Words about times go on by themselves, and a page that is looked at again shows what is so then.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use leptos::web_sys::js_sys::Date;

use super::screen::Screen;
use crate::console::browser;
use crate::console::ui::time::{ago, ahead};

/// How often words are looked at.
const TICK: Duration = Duration::from_secs(15);

thread_local! {
    /// How far this machine's clock is ahead of the server's, in milliseconds.
    static SKEW: Cell<f64> = const { Cell::new(0.0) };
}

pub fn listen(screen: Screen) {
    if let Some(now) = browser::find("[data-now]").and_then(|page| page.get_attribute("data-now")) {
        SKEW.set(Date::now() - Date::parse(&now));
    }
    let tick = set_interval_with_handle(tick, TICK);
    let again = move || {
        if browser::is_visible() {
            screen.visit_quietly();
        }
    };
    let focus = window_event_listener(leptos::ev::focus, move |_| again());
    let seen = window_event_listener_untyped("visibilitychange", move |_| again());
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
        focus.remove();
        seen.remove();
    });
}

/// Puts each moment into words as the server would, by how much the clocks differ.
fn tick() {
    let skew = SKEW.get();
    for time in browser::everywhere("time[data-ticks]") {
        let at = Date::parse(&time.get_attribute("datetime").unwrap_or_default());
        let seconds = ((Date::now() - skew - at) / 1000.0) as i64;
        let words = match time.get_attribute("data-ticks").as_deref() {
            Some("ago") => ago(seconds),
            _ => ahead(-seconds),
        };
        // What takes a date by then gets it from the server.
        if let Some(words) = words
            && time.text_content().as_deref() != Some(words.as_str())
        {
            time.set_text_content(Some(&words));
        }
    }
}
