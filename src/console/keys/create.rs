//! **Create API key**.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::choices::UNKNOWN_ROLE;
use super::choices::{KeyChoices, key_form_choices};
use super::expiration::{self, ExpirationFields};
#[cfg(feature = "ssr")]
use super::input;
use super::reveal::NewSecret;
use super::sent_twice;
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
use crate::console::form::{Form, fields};
use crate::console::island::screen::Screen;
use crate::console::paths;
#[cfg(feature = "ssr")]
use crate::console::shell::answer::Pages;
use crate::console::ui::choice::SelectField;
use crate::console::ui::field::{FormState, LinesField, TextField};
use crate::console::ui::phrase::Phrase;

fields! {
    CreateKeyForm {
        name: String,
        /// `rl_…`, or the name of a role.
        role_id: String,
        /// A value of [`KeyChoices::expirations`].
        expiration: String,
        /// `YYYY-MM-DD`, read when `expiration` is `custom`.
        expires_on: String,
        note: String,
        /// [`KeyChoices::token`]
        token: String,
    }
}

#[server(prefix = "/console", endpoint = "create-key", input = Json)]
pub async fn create_key(input: CreateKeyForm) -> Result<NewSecret, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for CreateKeyForm {
    type Subject = ();
    type Choices = KeyChoices;
    type Outcome = NewSecret;

    fn title((): &()) -> Phrase {
        "Create API key".into()
    }

    fn action((): &()) -> String {
        paths::NEW_KEY.to_owned()
    }

    fn button(&self) -> &'static str {
        "Create key"
    }

    fn first((): &(), choices: &KeyChoices) -> Self {
        Self { expiration: expiration::FIRST.to_owned(), token: choices.token.clone(), ..Self::default() }
    }

    fn view(self, (): (), choices: KeyChoices, state: FormState) -> impl IntoView + use<> + 'static {
        view! {
            <input type="hidden" name="token" value=self.token/>
            <TextField label="Name" name="name" placeholder="e.g. ERP Sync" value=self.name state autofocus=true/>
            <SelectField
                label="Role"
                name="role_id"
                placeholder="Choose a role"
                value=self.role_id
                options=choices.roles
                typed=true
                state
            />
            <ExpirationFields expiration=self.expiration expires_on=self.expires_on offered=choices.expirations state/>
            <LinesField
                label="Note"
                name="note"
                value=self.note
                hint="Optional. What other admins should know, up to 500 characters."
                state
            />
        }
    }

    fn fetch_choices((): ()) -> impl Future<Output = Result<KeyChoices, ConsoleError>> {
        key_form_choices()
    }

    fn send(self) -> impl Future<Output = Result<NewSecret, ConsoleError>> {
        create_key(self)
    }

    fn remedy(error: &ConsoleError, screen: Screen) -> Option<impl IntoView + use<> + 'static> {
        sent_twice::remedy(error, screen)
    }

    #[cfg(feature = "ssr")]
    fn answer(error: &ConsoleError, pages: &Pages, admin: &Admin) -> Option<axum::response::Response> {
        sent_twice::answer(error, pages, admin)
    }

    #[cfg(feature = "ssr")]
    async fn choices(admin: &Admin, (): &()) -> Result<KeyChoices, ConsoleError> {
        super::choices::load(admin).await
    }

    #[cfg(feature = "ssr")]
    async fn run(self, admin: &Admin) -> Result<NewSecret, ConsoleError> {
        use crate::store::idempotency::Repeated;
        use crate::store::keys::{CreateError, NewKey, create};
        let name = input::name(&self.name);
        let role = input::role(admin, &self.role_id).await?;
        let expiration = expiration::parse(&self.expiration, &self.expires_on);
        let note = input::note(&self.note);
        let (name, role, expiration, note) = match (name, role, expiration, note) {
            (Ok(name), Ok(role), Ok(expiration), Ok(note)) => (name, role, expiration, note),
            (name, role, expiration, note) => {
                return Err(input::invalid([name.err(), role.err(), expiration.err(), note.err()]));
            }
        };
        let new = NewKey { name, role, expiration, note, once: sent_twice::once(&self.token) };
        let mode = admin.signed_in().mode;
        match create(admin.db(), &admin.actor(), mode, new, &mut super::reveal::random()).await {
            Ok(issued) => NewSecret::of(admin, issued, " was created.").await,
            Err(CreateError::UnknownRole) => Err(ConsoleError::invalid("role_id", UNKNOWN_ROLE)),
            Err(CreateError::Expiration(error)) => {
                Err(ConsoleError::Invalid(vec![expiration::refused(error)]))
            }
            Err(CreateError::Repeated(Repeated::Same(Some(made)))) => {
                Err(sent_twice::error(admin, made, "The key was created once.").await)
            }
            Err(CreateError::Repeated(_)) => {
                Err(ConsoleError::Conflict(sent_twice::NOTHING_CHANGED.to_owned()))
            }
            Err(CreateError::Store(error)) => Err(admin.failed(error)),
        }
    }
}
