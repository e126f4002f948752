//! **Rotate {name}?**: the form, over a page and as a page.

use leptos::either::Either;
use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{Answer, CustomDateField, FormActions, FormError, Place, SelectField, Submission};
use crate::console::keys::calls::rotate_key;
use crate::console::keys::page::FormPage;
use crate::console::model::{Choice, Choices, KeySubject, NewSecret, RotateKeyInput, Status, Viewer};
use crate::console::phrase::Phrase;

#[component]
pub fn RotateKeyPage(
    viewer: Viewer,
    key: KeySubject,
    choices: Choices,
    input: RotateKeyInput,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let submission = Submission::new(error);
    view! {
        <FormPage viewer title=title(&key)>
            <RotateKeyForm status=key.status choices input submission place=Place::Page done=Callback::new(|_| ())/>
        </FormPage>
    }
}

#[component]
pub fn RotateKeyForm(
    status: Status,
    choices: Choices,
    input: RotateKeyInput,
    submission: Submission,
    place: Place,
    done: Callback<Answer<NewSecret>>,
) -> impl IntoView {
    let action = ["/settings/api-keys/", &input.id, "/rotate"].concat();
    // An expired key's old secret has stopped for good.
    let old_secret = if status == Status::Expired {
        Either::Left(view! { <input type="hidden" name="old_secret" value="now"/> })
    } else {
        Either::Right(view! {
            <SelectField
                label="Old secret"
                name="old_secret"
                value=input.old_secret
                options=choices.overlaps
                submission
            />
        })
    };
    let send = submission.send(|input: RotateKeyInput| rotate_key(input), done);
    view! {
        <form method="post" action=action class="form" novalidate on:submit=send>
            <FormError submission/>
            <p>{explanation(status)}</p>
            <input type="hidden" name="id" value=input.id/>
            <input type="hidden" name="secret_id" value=input.secret_id/>
            {old_secret}
            <SelectField
                label="Expiration"
                name="expiration"
                value=input.expiration
                options=expirations(status, choices.expirations)
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
            <FormActions label="Rotate key" submission place/>
        </form>
    }
}

/// The fields as they first stand. An expired key needs a new expiry, so it can't keep its own.
pub fn first_input(key: &KeySubject) -> RotateKeyInput {
    let expiration = if key.status == Status::Expired { "90d" } else { "keep" };
    RotateKeyInput {
        id: key.id.clone(),
        secret_id: key.secret_id.clone(),
        old_secret: "now".to_owned(),
        expiration: expiration.to_owned(),
        expires_on: String::new(),
    }
}

pub fn title(key: &KeySubject) -> Phrase {
    Phrase::about("Rotate ", &key.name, "?")
}

fn explanation(status: Status) -> &'static str {
    match status {
        Status::Expired => {
            "This key has expired. It gets a new secret, shown once, and works again until its new expiration."
        }
        _ => "The key gets a new secret, shown once. Choose how long programs may go on using the old one.",
    }
}

fn expirations(status: Status, offered: Vec<Choice>) -> Vec<Choice> {
    let keep = Choice { value: "keep".to_owned(), label: "Keep current".to_owned() };
    let keep = (status != Status::Expired).then_some(keep);
    keep.into_iter().chain(offered).collect()
}
