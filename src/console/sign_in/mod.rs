//! The way in.

#[cfg(feature = "ssr")]
pub mod routes;

use leptos::prelude::*;

use crate::console::shell::frame::PublicFrame;
use crate::console::ui::field::{FormState, TextField};

/// **Email**, **Password**, **Sign in**. `error` is the one sentence for every failure.
#[component]
pub fn SignInPage(
    /// Where to go afterwards.
    next: String,
    email: String,
    error: Option<String>,
) -> impl IntoView {
    let form = FormState::new(None);
    let email_known = !email.is_empty();
    view! {
        <PublicFrame>
            <div class="panel">
                <h1>"Sign in"</h1>
                <form method="post" action="/login" class="form" novalidate>
                    {error.map(|error| view! { <div role="alert" class="notice"><p>{error}</p></div> })}
                    <input type="hidden" name="next" value=next/>
                    <TextField
                        label="Email"
                        name="email"
                        kind="email"
                        autocomplete="username"
                        value=email
                        state=form
                        autofocus=!email_known
                    />
                    <TextField
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="current-password"
                        value=String::new()
                        state=form
                        autofocus=email_known
                    />
                    <button type="submit" class="button primary wide">
                        "Sign in"
                    </button>
                </form>
            </div>
        </PublicFrame>
    }
}
