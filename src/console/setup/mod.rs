//! The first page of all: an account and its first Admin.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{FormError, Submission, TextField};
use crate::console::layout::PublicFrame;

#[component]
pub fn SetupPage(
    /// From the one-time link.
    token: String,
    account: String,
    email: String,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let form = Submission::new(error);
    view! {
        <PublicFrame>
            <div class="panel">
                <h1>"Create your account"</h1>
                <p class="lead">"You will be its first admin and can create API keys right away."</p>
                <form method="post" action="/setup" class="form" novalidate>
                    <FormError submission=form/>
                    <input type="hidden" name="token" value=token/>
                    <TextField
                        label="Account name"
                        name="account"
                        placeholder="e.g. Acme Inc."
                        autocomplete="organization"
                        value=account
                        submission=form
                        autofocus=true
                    />
                    <TextField label="Email" name="email" kind="email" autocomplete="username" value=email submission=form/>
                    <TextField
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        hint="At least 12 characters."
                        value=String::new()
                        submission=form
                    />
                    <button type="submit" class="button primary wide">
                        "Create account"
                    </button>
                </form>
            </div>
        </PublicFrame>
    }
}
