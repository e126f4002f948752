//! **Revoke {name}?**

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

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
use crate::console::ui::dialog::Manner;
use crate::console::ui::field::{FormState, TextField};
use crate::console::ui::phrase::Phrase;
use crate::console::ui::toast::Done;

fields! {
    RevokeKeyForm {
        id: String,
        reason: String,
    }
}

#[server(prefix = "/console", endpoint = "revoke-key", input = Json)]
pub async fn revoke_key(input: RevokeKeyForm) -> Result<Done, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for RevokeKeyForm {
    type Subject = KeySubject;
    type Choices = ();
    type Outcome = Done;

    const MANNER: Manner = Manner::Alert;
    const DANGER: bool = true;

    fn title(key: &KeySubject) -> Phrase {
        Phrase::about("Revoke ", &key.name, "?")
    }

    fn action(key: &KeySubject) -> String {
        paths::key_form(&key.id, "revoke")
    }

    fn button(&self) -> &'static str {
        "Revoke key"
    }

    fn first(key: &KeySubject, (): &()) -> Self {
        Self { id: key.id.clone(), reason: String::new() }
    }

    fn view(self, key: KeySubject, (): (), state: FormState) -> impl IntoView + use<> + 'static {
        let used = key
            .last_used
            .map_or_else(|| "Never used.".to_owned(), |when| ["Last used ", &when, "."].concat());
        view! {
            <div id="dialog-text" class="prose">
                <p>"Programs that use this key are refused from their next request on. This cannot be undone."</p>
                <p class="soft">{used}</p>
            </div>
            <input type="hidden" name="id" value=self.id/>
            <TextField
                label="Reason"
                name="reason"
                hint="Optional. Kept with the key, for whoever asks later."
                value=self.reason
                state
                optional=true
            />
        }
    }

    fn choices_at_hand() -> Option<()> {
        Some(())
    }

    async fn fetch_choices(_: KeySubject) -> Result<(), ConsoleError> {
        Ok(())
    }

    fn send(self) -> impl Future<Output = Result<Done, ConsoleError>> {
        revoke_key(self)
    }

    #[cfg(feature = "ssr")]
    fn about(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    #[cfg(feature = "ssr")]
    async fn choices(_: &Admin, _: &KeySubject) -> Result<(), ConsoleError> {
        Ok(())
    }

    #[cfg(feature = "ssr")]
    async fn run(self, admin: &Admin) -> Result<Done, ConsoleError> {
        use crate::domain::name::Note;
        use crate::store::keys::{RevokeOutcome, revoke};
        let key = input::key(&self.id)?;
        let reason = Note::parse(&self.reason).map_err(|error| ConsoleError::invalid("reason", error))?;
        let reason = reason.as_ref().map(Note::as_str);
        let revoked = revoke(admin.db(), &admin.actor(), admin.signed_in().mode, key, reason).await;
        let (name, what) = match revoked.map_err(|error| admin.failed(error))? {
            RevokeOutcome::Revoked { name } => (name, " was revoked."),
            RevokeOutcome::AlreadyRevoked { name } => (name, " was revoked already."),
            RevokeOutcome::NotFound => return Err(ConsoleError::NotFound(Thing::Key)),
        };
        let (href, list) = (Some(paths::key(&self.id)), paths::KEYS.to_owned());
        Ok(Done { name, what: what.to_owned(), href, list })
    }
}
