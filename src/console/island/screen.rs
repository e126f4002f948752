//! What the browser part of a page shares: which dialog is open, what was done, what got no answer.

use std::any::Any;
use std::collections::VecDeque;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::live::{self, Visit};
use super::{clock, filter, menu, repeat, shortcut};
use crate::console::browser;
use crate::console::error::ConsoleError;
use crate::console::ui::notice::ErrorNotice;
use crate::console::ui::toast::{Done, Toast, ToastRegion};

/// Where what was done is kept for the page that follows in this tab.
const KEPT: &str = "done";

/// A dialog that is mounted beside the page; it leaves the page when it is dropped.
///
/// It is no part of the island's own view: that would carry the code that wakes up what the server has rendered, for
/// dialogs which the server never renders.
struct OpenDialog {
    _mounted: Box<dyn Any>,
    /// Whether it holds a secret: then nothing may take its page away.
    holds_secret: bool,
}

type Mount = Box<dyn FnOnce() -> Box<dyn Any>>;

#[derive(Clone, Copy)]
pub struct Screen {
    open: StoredValue<Option<OpenDialog>, LocalStorage>,
    /// Secrets whose forms were closed before they came. Each is shown once nothing else is open.
    waiting: StoredValue<VecDeque<Mount>, LocalStorage>,
    toast: Toast,
    /// The visit that got no answer, and why.
    lost: RwSignal<Option<(Visit, ConsoleError)>>,
}

/// What the page's links and letters open, by the name of the action; the second is the link or button.
pub type Opener = fn(Screen, &str, &leptos::web_sys::HtmlElement) -> bool;

impl Screen {
    fn new(done: Option<Done>) -> Self {
        Self {
            open: StoredValue::new_local(None),
            waiting: StoredValue::new_local(VecDeque::new()),
            toast: Toast::new(done),
            lost: RwSignal::new(None),
        }
    }

    /// Opens a dialog, in place of one that may be open.
    pub fn open<V: IntoView + 'static>(self, view: impl FnOnce() -> V + 'static) {
        self.replace(mounting(view), false);
    }

    /// Shows what holds a secret: at once, or where its form was closed meanwhile, when nothing else is open.
    pub fn reveal<V: IntoView + 'static>(self, view: impl FnOnce() -> V + 'static, late: bool) {
        if late && self.is_open() {
            self.waiting.update_value(|waiting| waiting.push_back(mounting(view)));
        } else {
            browser::close_dialog();
            self.replace(mounting(view), true);
        }
    }

    fn replace(self, mount: Mount, holds_secret: bool) {
        repeat::guard();
        self.set(Some(OpenDialog { _mounted: mount(), holds_secret }));
    }

    fn set(self, next: Option<OpenDialog>) {
        let before = self.open.try_update_value(|open| std::mem::replace(open, next));
        // Not while one of its own handlers runs, which may be what closes it.
        queue_microtask(move || drop(before));
    }

    fn is_open(self) -> bool {
        self.open.with_value(Option::is_some)
    }

    /// To be called when the person has closed the dialog.
    pub fn closed(self) -> Callback<()> {
        Callback::new(move |()| {
            self.end();
            // What opened it may be gone: a dialog brings the page behind it up to date.
            browser::rescue_focus();
        })
    }

    /// Closes the dialog that is open.
    pub fn close(self) {
        browser::close_dialog();
        self.end();
    }

    /// Forgets the dialog that was open, and makes room for a secret that waits.
    fn end(self) {
        repeat::guard();
        self.set(None);
        // After the handlers that run: what is mounted in one of them would go with its dialog.
        spawn_local(async move {
            if !self.is_open()
                && let Some(next) = self.waiting.try_update_value(VecDeque::pop_front).flatten()
            {
                self.replace(next, true);
            }
        });
    }

    /// Whether a secret is shown or waits to be.
    fn holds_secret(self) -> bool {
        self.open.with_value(|open| open.as_ref().is_some_and(|open| open.holds_secret)) || self.is_awaited()
    }

    fn is_awaited(self) -> bool {
        self.waiting.with_value(|waiting| !waiting.is_empty())
    }

    /// Tells what was done, and shows the page as it is then.
    pub fn done(self, done: Done, late: bool) {
        if !late {
            self.close();
        }
        let is_of_this_page = browser::path() != done.list && done.href.is_none();
        if is_of_this_page && !self.holds_secret() {
            // The page was about what is gone.
            browser::keep(KEPT, &done.pack());
            browser::go(&done.list);
            return;
        }
        self.refresh();
        self.toast.say(done);
    }

    /// Tells of an error when its form is not there any more.
    pub fn warn(self, error: Option<ConsoleError>) {
        let what = error.map(|error| error.to_string()).unwrap_or_default();
        self.toast.say(Done { name: String::new(), what, href: None, list: String::new() });
    }

    pub fn say(self, done: Done) {
        self.toast.say(done);
    }

    /// Shows the page as it is now.
    pub fn refresh(self) {
        if !self.holds_secret() {
            self.visit(Visit::again());
        }
    }

    /// Shows what the server has at an address.
    pub fn visit(self, visit: Visit) {
        spawn_local(async move {
            let answer = live::visit(&visit).await;
            let _ = self.lost.try_set(answer.err().map(|error| (visit, error)));
        });
    }

    /// The same without being asked to: only while nobody is at anything, and nothing is told of it.
    pub fn visit_quietly(self) {
        let at_rest =
            move || !self.is_covered() && self.lost.try_with_untracked(Option::is_none) == Some(true);
        if at_rest() {
            spawn_local(live::look_again(at_rest));
        }
    }

    /// Whether a dialog or a menu lies over the page.
    pub fn is_covered(self) -> bool {
        self.is_open() || browser::find("dialog[open], :popover-open").is_some()
    }
}

/// Listens to the whole page, and holds its dialogs and what it tells. `done` is what the last form post did.
pub fn screen(opener: Opener, done: Option<Done>) -> impl IntoView {
    let screen = Screen::new(done);
    Effect::new(move || {
        repeat::listen();
        menu::listen(screen, opener);
        filter::listen(screen);
        shortcut::listen(screen, opener);
        clock::listen(screen);
        screen.forget_secret_with_page();
        if let Some(done) = browser::take_kept(KEPT).and_then(|kept| Done::unpack(&kept)) {
            screen.say(done);
        }
    });
    let lost = move || screen.lost.get().map(|(visit, error)| connection_lost(screen, visit, error));
    view! {
        <ToastRegion toast=screen.toast/>
        {lost}
    }
}

fn mounting<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Mount {
    Box::new(move || match document().body() {
        Some(body) => Box::new(leptos::mount::mount_to(body, view)),
        None => Box::new(()),
    })
}

fn connection_lost(screen: Screen, visit: Visit, error: ConsoleError) -> impl IntoView {
    let again = move || {
        let visit = visit.clone();
        view! {
            <button type="button" class="button small" on:click=move |_| screen.visit(visit.clone())>
                "Try again"
            </button>
        }
    };
    view! {
        <div class="toasts">
            <ErrorNotice error again/>
        </div>
    }
}

impl Screen {
    /// A page that is left takes its secret along, also out of the browser's back and forward cache.
    fn forget_secret_with_page(self) {
        let listener = window_event_listener(leptos::ev::pagehide, move |_| {
            if self.holds_secret() {
                // At once: the page may be put away as it stands after this.
                self.open.set_value(None);
                self.waiting.set_value(VecDeque::new());
            }
        });
        let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
            // One that is shown asks for itself.
            if self.is_awaited() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            listener.remove();
            leaving.remove();
        });
    }
}
