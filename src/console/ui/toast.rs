//! What just happened, told in one line that screen readers announce.

use std::time::Duration;

use leptos::prelude::*;

/// Tells people what an action did. In context under the island that shows it.
#[derive(Clone, Copy, Debug)]
pub struct Announcer(RwSignal<Option<String>>);

impl Announcer {
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(None)))
    }

    /// Shows `text`. A moment later, not at once: a closing dialog first moves focus, which would
    /// talk over it, and the same sentence twice would be no change to announce.
    pub fn say(self, text: String) {
        self.0.set(None);
        set_timeout(move || drop(self.0.try_set(Some(text))), Duration::from_millis(100));
    }
}

/// The one live region of a page. `done` is what the server has to say.
#[component]
pub fn StatusMessage(done: Option<String>) -> impl IntoView {
    let Announcer(said) = Announcer::get();
    said.set(done);
    view! {
        <div role="status" class="toasts">
            {move || said.get().map(|text| view! { <p class="toast">{text}</p> })}
        </div>
    }
}
