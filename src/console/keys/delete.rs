//! **Delete {name}?**: the form, over a page and as a page.

use leptos::prelude::*;

use crate::console::error::ConsoleError;
use crate::console::form::{Answer, FormActions, FormError, Place, Submission, TextField};
use crate::console::keys::calls::delete_key;
use crate::console::keys::page::FormPage;
use crate::console::model::{DeleteKeyInput, Done, KeySubject, Status, Viewer};
use crate::console::phrase::Phrase;

#[component]
pub fn DeleteKeyPage(
    viewer: Viewer,
    key: KeySubject,
    input: DeleteKeyInput,
    error: Option<ConsoleError>,
) -> impl IntoView {
    let submission = Submission::new(error);
    view! {
        <FormPage viewer title=title(&key)>
            <DeleteKeyForm key input submission place=Place::Page done=Callback::new(|_| ())/>
        </FormPage>
    }
}

#[component]
pub fn DeleteKeyForm(
    key: KeySubject,
    input: DeleteKeyInput,
    submission: Submission,
    place: Place,
    done: Callback<Answer<Done>>,
) -> impl IntoView {
    let action = ["/settings/api-keys/", &input.id, "/delete"].concat();
    let send = submission.send(|input: DeleteKeyInput| delete_key(input), done);
    let active = key.status == Status::Active;
    let label = Phrase::about("Type ", &key.name, " to confirm");
    // The key may have become active since the page was made: then the answer asks for the name.
    let asks =
        Memo::new(move |asked| active || asked.copied().unwrap_or(false) || submission.is_wrong("confirm"));
    let confirm = move || {
        let (label, value) = (label.clone(), input.confirm.clone());
        asks.get().then(|| view! { <TextField label name="confirm" value submission autofocus=true/> })
    };
    view! {
        <form method="post" action=action class="form" novalidate on:submit=send>
            <FormError submission/>
            <div id="dialog-text" class="prose">
                <p>
                    "The key's record goes for good. Its request logs and audit events stay, under its name."
                </p>
                {active.then(|| view! { <p>"It is active: programs that use it are refused from their next request on."</p> })}
            </div>
            <input type="hidden" name="id" value=input.id/>
            {confirm}
            <FormActions label="Delete key" submission place danger=true/>
        </form>
    }
}

pub fn title(key: &KeySubject) -> Phrase {
    Phrase::about("Delete ", &key.name, "?")
}
