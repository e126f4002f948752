//! What went wrong, with what to do about it.

use leptos::prelude::*;

use crate::console::error::ConsoleError;

/// An error as an alert. `again` is the way to try once more, shown when that may help.
#[component]
pub fn ErrorNotice<A: IntoView + 'static>(
    error: ConsoleError,
    again: impl Fn() -> A + 'static,
) -> impl IntoView {
    let may_pass = matches!(error, ConsoleError::Unreachable | ConsoleError::Unavailable);
    let signed_out = error == ConsoleError::SignedOut;
    view! {
        <div role="alert" class="notice">
            <p>{error.to_string()}</p>
            {may_pass.then(again)}
            {signed_out.then(sign_in)}
        </div>
    }
}

/// In a new tab, so that nothing typed here is lost.
fn sign_in() -> impl IntoView {
    view! {
        <a class="button small" href="/login?next=/settings/api-keys" target="_blank" rel="noopener">
            "Sign in (new tab)"
        </a>
    }
}
