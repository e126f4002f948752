//! **Revoke {name}?**: the form, over a page and as a page.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{Answer, FormActions, FormError, Place, Submission, TextField};
use crate::console::keys::calls::revoke_key;
use crate::console::keys::page::FormPage;
use crate::console::model::{Done, KeySubject, RevokeKeyInput, Viewer};
use crate::console::phrase::Phrase;

#[component]
pub fn RevokeKeyPage(
    viewer: Viewer,
    key: KeySubject,
    input: RevokeKeyInput,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let submission = Submission::new(error);
    view! {
        <FormPage viewer title=title(&key)>
            <RevokeKeyForm last_used=key.last_used input submission place=Place::Page done=Callback::new(|_| ())/>
        </FormPage>
    }
}

#[component]
pub fn RevokeKeyForm(
    last_used: Option<String>,
    input: RevokeKeyInput,
    submission: Submission,
    place: Place,
    done: Callback<Answer<Done>>,
) -> impl IntoView {
    let action = ["/settings/api-keys/", &input.id, "/revoke"].concat();
    let send = submission.send(|input: RevokeKeyInput| revoke_key(input), done);
    view! {
        <form method="post" action=action class="form" novalidate on:submit=send>
            <FormError submission/>
            <div id="dialog-text" class="prose">
                <p>
                    "Programs that use this key are refused from their next request on. This cannot be undone."
                </p>
                <p class="soft">{use_of(last_used)}</p>
            </div>
            <input type="hidden" name="id" value=input.id/>
            <TextField
                label="Reason"
                name="reason"
                hint="Optional. Kept with the key, for whoever asks later."
                value=input.reason
                submission
                optional=true
            />
            <FormActions label="Revoke key" submission place danger=true/>
        </form>
    }
}

pub fn title(key: &KeySubject) -> Phrase {
    Phrase::about("Revoke ", &key.name, "?")
}

/// "Last used 3 hours ago", or "Never used".
fn use_of(last_used: Option<String>) -> String {
    last_used.map_or_else(|| "Never used.".to_owned(), |when| ["Last used ", &when, "."].concat())
}
