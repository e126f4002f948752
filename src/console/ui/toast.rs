//! What just happened, told in one line that screen readers announce.

use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Stands in no name: control characters are refused.
const SEPARATOR: &str = "\u{1f}";

/// What an action did: "ERP Sync was revoked."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What it was done to.
    pub name: String,
    /// " was revoked."
    pub what: String,
    /// The page of what it was done to, `None` when that is gone.
    pub href: Option<String>,
    /// The list that it stands or stood in.
    pub list: String,
}

impl Done {
    pub fn text(&self) -> String {
        [self.name.as_str(), &self.what].concat()
    }

    /// As one text, for the page that follows.
    pub fn pack(&self) -> String {
        [self.name.as_str(), &self.what, self.href.as_deref().unwrap_or_default()].join(SEPARATOR)
    }

    /// Reads what [`Done::pack`] wrote.
    pub fn unpack(text: &str) -> Option<Self> {
        let mut parts = text.split(SEPARATOR).map(str::to_owned);
        let (name, what, href) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { name, what, href: Some(href).filter(|href| !href.is_empty()), list: String::new() })
    }

    /// The name is isolated, so that right-to-left text in it can't reorder the words around it.
    pub fn words(self) -> impl IntoView {
        (view! { <bdi>{self.name}</bdi> }, self.what)
    }
}

/// Tells people what an action did.
#[derive(Clone, Copy, Debug)]
pub struct Toast(RwSignal<Option<Done>>);

impl Toast {
    /// `done` is what the server has to say.
    pub fn new(done: Option<Done>) -> Self {
        Self(RwSignal::new(done))
    }

    /// Shows what was done. A moment later, not at once: a closing dialog first moves focus, which would talk over it,
    /// and the same sentence twice would be no change to announce.
    pub fn say(self, done: Done) {
        let _ = self.0.try_set(None);
        set_timeout(move || drop(self.0.try_set(Some(done))), Duration::from_millis(100));
    }
}

/// Where a page says what was done.
#[component]
pub fn ToastRegion(toast: Toast) -> impl IntoView {
    let show = |done: Done| {
        let view = done.href.clone().map(|href| view! { " " <a href=href>"View"</a> });
        view! { <p class="toast"><span>{done.words()}</span>{view}</p> }
    };
    view! {
        <div role="status" class="toasts">
            {move || toast.0.get().map(show)}
        </div>
    }
}
