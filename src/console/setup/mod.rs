//! The first page of all: an account and its first Admin.

#[cfg(feature = "ssr")]
pub mod routes;

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::shell::frame::PublicFrame;
use crate::console::ui::field::{FormError, FormState, TextField};

#[component]
pub fn SetupPage(
    /// From the one-time link.
    token: String,
    account: String,
    email: String,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let form = FormState::new(error);
    view! {
        <PublicFrame>
            <div class="panel">
                <h1>"Create your account"</h1>
                <p class="lead">"You will be its first admin and can create API keys right away."</p>
                <form method="post" action="/setup" class="form" novalidate>
                    <FormError state=form/>
                    <input type="hidden" name="token" value=token/>
                    <TextField
                        label="Account name"
                        name="account"
                        placeholder="e.g. Acme Inc."
                        autocomplete="organization"
                        value=account
                        state=form
                        autofocus=true
                    />
                    <TextField label="Email" name="email" kind="email" autocomplete="username" value=email state=form/>
                    <TextField
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        hint="At least 12 characters."
                        value=String::new()
                        state=form
                    />
                    <button type="submit" class="button primary wide">
                        "Create account"
                    </button>
                </form>
            </div>
        </PublicFrame>
    }
}
