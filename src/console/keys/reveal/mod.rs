//! **Save your API key**: the one showing of a new secret, over a page and as a page.

mod copy;
mod dialog;
/// The first request that a fresh secret makes.
pub mod first_request;
#[cfg(feature = "ssr")]
mod issue;
#[cfg(feature = "ssr")]
mod page;
/// Lines that call the API with a fresh secret.
mod snippets;

use std::fmt;

#[cfg(feature = "ssr")]
pub use issue::random;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::console::caller::Admin;
use crate::console::form::Outcome;
use crate::console::island::screen::Screen;
#[cfg(feature = "ssr")]
use crate::console::shell::answer::Pages;
use crate::console::ui::toast::Done;
use dialog::RevealDialog;

/// The answer to a creation or rotation: the one type that carries a secret out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    /// `apke_…`
    pub key_id: String,
    pub name: String,
    pub role: String,
    /// "March 3, 2027", or "Never".
    pub expires: String,
    /// Older secrets that still work: last four, and when each stops.
    pub older: Vec<(String, String)>,
    pub secret: String,
    /// The UUID in it.
    pub secret_id: String,
    /// Where the API is.
    pub url: String,
    /// What happened, for the status message.
    pub done: Done,
}

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Outcome for NewSecret {
    fn show(self, screen: Screen, late: bool) {
        screen.reveal(move || view! { <RevealDialog secret=self screen/> }, late);
    }

    /// In the answer to the post itself. Nothing leads back to it.
    #[cfg(feature = "ssr")]
    async fn respond(self, pages: &Pages, admin: &Admin) -> axum::response::Response {
        let viewer = admin.viewer();
        pages.render(http::StatusCode::CREATED, "Save your API key", move || page::page(viewer, self))
    }
}

#[component]
fn Warning() -> impl IntoView {
    view! {
        <p class="warning" id="dialog-text">
            "Copy it now. You won't be able to view it again."
        </p>
    }
}

fn facts(secret: &NewSecret) -> impl IntoView + use<> {
    let older = |(last_four, stops): &(String, String)| {
        view! { <div><code>"****" {last_four.clone()}</code> " stops " {stops.clone()}</div> }
    };
    let older: Vec<_> = secret.older.iter().map(older).collect();
    let older = (!older.is_empty())
        .then(|| view! { <div class="wide"><dt>"Older secrets"</dt><dd>{older}</dd></div> });
    view! {
        <dl class="facts">
            <div><dt>"Name"</dt><dd class="strong"><bdi>{secret.name.clone()}</bdi></dd></div>
            <div><dt>"Role"</dt><dd><bdi>{secret.role.clone()}</bdi></dd></div>
            <div><dt>"Expires"</dt><dd>{secret.expires.clone()}</dd></div>
            {older}
        </dl>
    }
}
