//! **Edit {name}**: the form, over a page and as a page.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{Answer, FormActions, FormError, Place, SelectField, Submission, TextField};
use crate::console::keys::calls::edit_key;
use crate::console::keys::page::FormPage;
use crate::console::model::{Choices, Done, EditKeyInput, KeySubject, Viewer};
use crate::console::phrase::Phrase;

#[component]
pub fn EditKeyPage(
    viewer: Viewer,
    key: KeySubject,
    choices: Choices,
    input: EditKeyInput,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let submission = Submission::new(error);
    view! {
        <FormPage viewer title=title(&key)>
            <EditKeyForm choices input submission place=Place::Page done=Callback::new(|_| ())/>
        </FormPage>
    }
}

#[component]
pub fn EditKeyForm(
    choices: Choices,
    input: EditKeyInput,
    submission: Submission,
    place: Place,
    done: Callback<Answer<Done>>,
) -> impl IntoView {
    let action = ["/settings/api-keys/", &input.id, "/edit"].concat();
    let send = submission.send(|input: EditKeyInput| edit_key(input), done);
    view! {
        <form method="post" action=action class="form" novalidate on:submit=send>
            <FormError submission/>
            <input type="hidden" name="id" value=input.id/>
            <input type="hidden" name="seen_name" value=input.seen_name/>
            <input type="hidden" name="seen_role_id" value=input.seen_role_id/>
            <TextField label="Name" name="name" value=input.name submission autofocus=true/>
            <SelectField
                label="Role"
                name="role_id"
                placeholder="Choose a role"
                value=input.role_id
                options=choices.roles
                submission
            />
            <p class="hint">"A new role applies to the very next request."</p>
            <FormActions label="Save" submission place/>
        </form>
    }
}

/// The fields as they first stand.
pub fn first_input(key: KeySubject) -> EditKeyInput {
    EditKeyInput {
        id: key.id,
        seen_name: key.name.clone(),
        name: key.name,
        seen_role_id: key.role_id.clone(),
        role_id: key.role_id,
    }
}

pub fn title(key: &KeySubject) -> Phrase {
    Phrase::about("Edit ", &key.name, "")
}
