//! **Edit {name}**.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::choices::UNKNOWN_ROLE;
use super::choices::{KeyChoices, key_form_choices};
#[cfg(feature = "ssr")]
use super::input;
use super::subject::KeySubject;
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
#[cfg(feature = "ssr")]
use crate::console::error::Thing;
use crate::console::form::{Form, fields};
use crate::console::paths;
use crate::console::ui::choice::SelectField;
use crate::console::ui::field::{FormState, LinesField, TextField};
use crate::console::ui::phrase::Phrase;
use crate::console::ui::toast::Done;

const ADMIN_OPENS: &str = "Admin opens everything to whoever holds this key: all of the account's data, and keys, roles and members themselves.";

fields! {
    EditKeyForm {
        id: String,
        name: String,
        /// `rl_…`, or the name of a role.
        role_id: String,
        note: String,
        /// Name, role and note as the form first showed them: what the person left as it was is not changed, even where
        /// somebody else has changed it meanwhile.
        seen_name: String,
        seen_role_id: String,
        seen_note: String,
    }
}

#[server(prefix = "/console", endpoint = "edit-key", input = Json)]
pub async fn edit_key(input: EditKeyForm) -> Result<Done, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for EditKeyForm {
    type Subject = KeySubject;
    type Choices = KeyChoices;
    type Outcome = Done;

    fn title(key: &KeySubject) -> Phrase {
        Phrase::about("Edit ", &key.name, "")
    }

    fn action(key: &KeySubject) -> String {
        paths::key_form(&key.id, "edit")
    }

    fn button(&self) -> &'static str {
        "Save"
    }

    fn first(key: &KeySubject, _: &KeyChoices) -> Self {
        let KeySubject { id, name, role_id, note, .. } = key.clone();
        let (seen_name, seen_role_id, seen_note) = (name.clone(), role_id.clone(), note.clone());
        Self { id, name, role_id, note, seen_name, seen_role_id, seen_note }
    }

    fn view(self, _: KeySubject, choices: KeyChoices, state: FormState) -> impl IntoView + use<> + 'static {
        let admin = choices.roles.iter().find(|role| role.careful).map(|role| role.value.clone());
        // A key that is an admin's already opens nothing more.
        let warns = admin.is_some_and(|admin| admin != self.seen_role_id);
        let warning = warns.then(|| view! { <p class="warning when-careful">{ADMIN_OPENS}</p> });
        view! {
            <input type="hidden" name="id" value=self.id/>
            <input type="hidden" name="seen_name" value=self.seen_name/>
            <input type="hidden" name="seen_role_id" value=self.seen_role_id/>
            <input type="hidden" name="seen_note" value=self.seen_note/>
            <TextField label="Name" name="name" value=self.name state autofocus=true/>
            <SelectField
                label="Role"
                name="role_id"
                placeholder="Choose a role"
                value=self.role_id
                options=choices.roles
                typed=true
                state
            />
            <p class="hint">"A new role applies to the very next request."</p>
            {warning}
            <LinesField
                label="Note"
                name="note"
                value=self.note
                hint="Optional. What other admins should know, up to 500 characters."
                state
            />
        }
    }

    fn fetch_choices(_: KeySubject) -> impl Future<Output = Result<KeyChoices, ConsoleError>> {
        key_form_choices()
    }

    fn send(self) -> impl Future<Output = Result<Done, ConsoleError>> {
        edit_key(self)
    }

    #[cfg(feature = "ssr")]
    fn about(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    #[cfg(feature = "ssr")]
    async fn choices(admin: &Admin, _: &KeySubject) -> Result<KeyChoices, ConsoleError> {
        super::choices::load(admin).await
    }

    #[cfg(feature = "ssr")]
    async fn run(self, admin: &Admin) -> Result<Done, ConsoleError> {
        use crate::store::keys::{Edit, EditError, edit};
        let key = input::key(&self.id)?;
        let name = input::name(&self.name);
        let role = input::role(admin, &self.role_id).await?;
        let (name, role, note) = match (name, role, input::note(&self.note)) {
            (Ok(name), Ok(role), Ok(note)) => (name, role, note),
            (name, role, note) => return Err(input::invalid([name.err(), role.err(), note.err()])),
        };
        let done = Done {
            name: name.as_str().to_owned(),
            what: " was saved.".to_owned(),
            href: Some(paths::key(&self.id)),
            list: paths::KEYS.to_owned(),
        };
        let seen_note = input::note(&self.seen_note).ok().flatten();
        let change = Edit {
            name: Some(name).filter(|name| name.as_str() != self.seen_name),
            role: Some(role).filter(|role| role.to_string() != self.seen_role_id),
            note: Some(note).filter(|note| *note != seen_note),
        };
        let edited = edit(admin.db(), &admin.actor(), admin.signed_in().mode, key, change).await;
        edited.map(|()| done).map_err(|error| match error {
            EditError::NotFound => ConsoleError::NotFound(Thing::Key),
            EditError::Revoked => ConsoleError::Conflict(input::IS_REVOKED.to_owned()),
            EditError::UnknownRole => ConsoleError::invalid("role_id", UNKNOWN_ROLE),
            EditError::Store(error) => admin.failed(error),
        })
    }
}
