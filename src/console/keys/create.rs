//! **Create API key**: the form, over the list and as a page.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{
    Answer, CustomDateField, FormActions, FormError, Place, SelectField, Submission, TextField,
};
use crate::console::keys::calls::create_key;
use crate::console::keys::page::FormPage;
use crate::console::model::{Choices, CreateKeyInput, NewSecret, Viewer};

#[component]
pub fn CreateKeyPage(
    viewer: Viewer,
    choices: Choices,
    input: CreateKeyInput,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let submission = Submission::new(error);
    view! {
        <FormPage viewer title="Create API key">
            <CreateKeyForm choices input submission place=Place::Page done=Callback::new(|_| ())/>
        </FormPage>
    }
}

#[component]
pub fn CreateKeyForm(
    choices: Choices,
    input: CreateKeyInput,
    submission: Submission,
    place: Place,
    done: Callback<Answer<NewSecret>>,
) -> impl IntoView {
    let send = submission.send(|input: CreateKeyInput| create_key(input), done);
    view! {
        <form method="post" action="/settings/api-keys/new" class="form" novalidate on:submit=send>
            <FormError submission/>
            <input type="hidden" name="token" value=input.token/>
            <TextField
                label="Name"
                name="name"
                placeholder="e.g. ERP Sync"
                value=input.name
                submission
                autofocus=true
            />
            <SelectField
                label="Role"
                name="role_id"
                placeholder="Choose a role"
                value=input.role_id
                options=choices.roles
                submission
            />
            <SelectField
                label="Expiration"
                name="expiration"
                value=input.expiration
                options=choices.expirations
                submission
            />
            <CustomDateField
                label="Expires on"
                name="expires_on"
                value=input.expires_on
                first_day=choices.first_day
                last_day=choices.last_day
                submission
            />
            <FormActions label="Create key" submission place/>
        </form>
    }
}
