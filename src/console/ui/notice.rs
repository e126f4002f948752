//! What went wrong, with what to do about it.

use leptos::prelude::*;

use crate::console::browser;
use crate::console::error::ConsoleError;

/// An error as an alert. `again` is the way to try once more, shown when that may help.
#[component]
pub fn ErrorNotice<A: IntoView + 'static>(
    error: ConsoleError,
    again: impl Fn() -> A + 'static,
) -> impl IntoView {
    let may_pass = error.may_pass();
    let signed_out = error == ConsoleError::SignedOut;
    view! {
        <div role="alert" class="notice">
            <p>{error.to_string()}</p>
            {may_pass.then(again)}
            {signed_out.then(sign_in)}
        </div>
    }
}

/// In a new tab, so that nothing typed here is lost. It leads back to this page.
fn sign_in() -> impl IntoView {
    let here = if cfg!(feature = "hydrate") { browser::encode(&browser::address()) } else { String::new() };
    view! {
        <a class="button small" href=["/login?next=", &here].concat() target="_blank" rel="noopener">
            "Sign in (new tab)"
        </a>
    }
}
