//! What the browser part adds to the pages about keys. The pages work without it, by links and forms;
//! it listens to the whole page, opens dialogs in place of pages, and follows links without a page load.

use std::cell::RefCell;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Event, KeyboardEvent, MouseEvent};

use super::{LONGEST_SEARCH, PATH, row_menu};
use crate::console::browser;
use crate::console::error::ConsoleError;
use crate::console::keys::dialogs::{KeyDialogs, OpenDialog};
use crate::console::live::{self, History};
use crate::console::notice::ErrorNotice;
use crate::console::status::{Announcer, StatusMessage};

/// Typing settles for this long before the list follows.
const SETTLING: Duration = Duration::from_millis(250);

const SEARCH: &str = "#search-keys";

/// The visit that got no answer, to be tried again.
type Lost = RwSignal<Option<(String, History)>>;

/// `done` is what the last form post did, told once.
#[island]
pub fn KeyConsole(done: Option<String>) -> impl IntoView {
    Announcer::provide();
    let open = RwSignal::new(OpenDialog::None);
    let lost: Lost = RwSignal::new(None);
    let refresh = Callback::new(move |()| visit(browser::address(), History::Keep, lost));
    let deleted = Callback::new(move |done: String| {
        if browser::address().split('?').next() == Some(PATH) {
            refresh.run(());
        } else {
            // The page was about the key that is gone.
            browser::keep_word(&done);
            let _ = window().location().assign(PATH);
        }
    });
    let announcer = Announcer::get();
    Effect::new(move || {
        listen(open, lost);
        if let Some(done) = browser::take_word() {
            announcer.say(done);
        }
    });
    view! {
        <StatusMessage done/>
        {move || lost.get().map(|(address, history)| connection_lost(address, history, lost))}
        <KeyDialogs open refresh deleted/>
    }
}

fn connection_lost(address: String, history: History, lost: Lost) -> impl IntoView {
    let again = move || {
        let address = address.clone();
        let retry = move |_| visit(address.clone(), history, lost);
        view! {
            <button type="button" class="button small" on:click=retry>
                "Try again"
            </button>
        }
    };
    view! {
        <div class="toasts">
            <ErrorNotice error=ConsoleError::Unreachable again/>
        </div>
    }
}

fn visit(address: String, history: History, lost: Lost) {
    spawn_local(async move {
        let answer = live::visit(&address, history).await;
        lost.try_set(answer.err().map(|_| (address, history)));
    });
}

/// One listener a kind for the whole page, so that rows need none of their own.
fn listen(open: RwSignal<OpenDialog>, lost: Lost) {
    let settled = RefCell::new(debounce(SETTLING, move |()| search(lost)));
    let click = window_event_listener(leptos::ev::click, move |event| on_click(&event, open, lost));
    let keydown = window_event_listener(leptos::ev::keydown, move |event| {
        row_menu::on_keydown(&event);
        shortcut(&event, open);
    });
    let input = window_event_listener(leptos::ev::input, move |event| {
        if browser::closest(&event, SEARCH).is_some() {
            settled.borrow_mut()(());
        }
    });
    let submit = window_event_listener(leptos::ev::submit, move |event| {
        if browser::closest(&event, "[role=search]").is_some() {
            event.prevent_default();
            search(lost);
        }
    });
    let back = window_event_listener(leptos::ev::popstate, move |_| {
        browser::set_value(SEARCH, &browser::query_value("q").unwrap_or_default());
        visit(browser::address(), History::Keep, lost);
    });
    on_cleanup(move || {
        click.remove();
        keydown.remove();
        input.remove();
        submit.remove();
        back.remove();
    });
}

fn on_click(event: &MouseEvent, open: RwSignal<OpenDialog>, lost: Lost) {
    // A click for a new tab or window stays one.
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if modified || event.default_prevented() || event.button() != 0 {
        return;
    }
    if browser::closest(event, "#create").is_some() {
        event.prevent_default();
        open.set(OpenDialog::Create);
        return;
    }
    row_menu::on_click(event, open);
    follow(event, lost);
}

/// Follows a link to the same page with another filter.
fn follow(event: &Event, lost: Lost) {
    let Some(link) = browser::closest(event, "a[data-visit]") else { return };
    let Some(address) = link.get_attribute("href").and_then(|href| browser::local_address(&href)) else {
        return;
    };
    event.prevent_default();
    if link.has_attribute("data-clear") {
        browser::set_value(SEARCH, "");
    }
    visit(address, History::Push, lost);
}

/// Shows what fits the search box. Each search takes the last one's place in the history.
fn search(lost: Lost) {
    let typed: String =
        browser::value_of(SEARCH).unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    if typed == browser::query_value("q").unwrap_or_default() {
        return;
    }
    let address = browser::with_query_value("q", &typed, "cursor");
    visit(address, History::Replace, lost);
}

/// `/` searches and `c` creates, while no field has focus and nothing is open over the page.
fn shortcut(event: &KeyboardEvent, open: RwSignal<OpenDialog>) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
    let busy = browser::find("dialog[open], :popover-open").is_some();
    let typing = browser::focus_is_within("input, select, textarea");
    if modified || busy || typing || event.default_prevented() {
        return;
    }
    match event.key().as_str() {
        "/" if browser::find(SEARCH).is_some() => {
            event.prevent_default();
            browser::focus_soon(SEARCH);
        }
        "c" if browser::find("#create").is_some() => {
            event.prevent_default();
            open.set(OpenDialog::Create);
        }
        _ => {}
    }
}
