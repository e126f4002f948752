//! **Stop ****{last four} now?**: the end of an older secret's overlap, ahead of its time.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::input;
use super::older::OlderSecret;
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
#[cfg(feature = "ssr")]
use crate::console::error::Thing;
use crate::console::form::{Form, fields};
use crate::console::paths;
use crate::console::ui::dialog::Manner;
use crate::console::ui::field::FormState;
use crate::console::ui::phrase::Phrase;
use crate::console::ui::toast::Done;

fields! {
    StopSecretForm {
        id: String,
        /// Names the secret.
        secret: String,
    }
}

#[server(prefix = "/console", endpoint = "stop-secret", input = Json)]
pub async fn stop_secret(input: StopSecretForm) -> Result<Done, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for StopSecretForm {
    type Subject = OlderSecret;
    type Choices = ();
    type Outcome = Done;

    const MANNER: Manner = Manner::Alert;
    const DANGER: bool = true;

    fn title(secret: &OlderSecret) -> Phrase {
        Phrase::about("Stop ****", &secret.last_four, " now?")
    }

    fn action(secret: &OlderSecret) -> String {
        paths::key_form(&secret.key_id, &["secrets/", &secret.id, "/stop"].concat())
    }

    fn button(&self) -> &'static str {
        "Stop now"
    }

    fn first(secret: &OlderSecret, (): &()) -> Self {
        Self { id: secret.key_id.clone(), secret: secret.id.clone() }
    }

    fn view(self, secret: OlderSecret, (): (), _: FormState) -> impl IntoView + use<> + 'static {
        let used = secret
            .last_used
            .map_or_else(|| "Never used.".to_owned(), |when| ["Last used ", &when, "."].concat());
        view! {
            <div id="dialog-text" class="prose">
                <p>
                    "Programs that still use this older secret are refused from their next request on. Left alone, it stops "
                    {secret.stops} ". The key and its current secret go on."
                </p>
                <p class="soft">{used}</p>
            </div>
            <input type="hidden" name="id" value=self.id/>
            <input type="hidden" name="secret" value=self.secret/>
        }
    }

    fn choices_at_hand() -> Option<()> {
        Some(())
    }

    async fn fetch_choices(_: OlderSecret) -> Result<(), ConsoleError> {
        Ok(())
    }

    fn send(self) -> impl Future<Output = Result<Done, ConsoleError>> {
        stop_secret(self)
    }

    #[cfg(feature = "ssr")]
    fn about(self, ids: &str) -> Self {
        let (id, secret) = ids.split_once('/').unwrap_or_default();
        Self { id: id.to_owned(), secret: secret.to_owned() }
    }

    #[cfg(feature = "ssr")]
    async fn choices(_: &Admin, _: &OlderSecret) -> Result<(), ConsoleError> {
        Ok(())
    }

    #[cfg(feature = "ssr")]
    async fn run(self, admin: &Admin) -> Result<Done, ConsoleError> {
        use crate::store::keys::{StopError, stop};
        let key = input::key(&self.id)?;
        let secret = self.secret.parse().map_err(|_| ConsoleError::NotFound(Thing::Secret))?;
        let stopped = stop(admin.db(), &admin.actor(), admin.signed_in().mode, key, secret).await;
        let last_four = stopped.map_err(|error| match error {
            StopError::NotFound => ConsoleError::NotFound(Thing::Secret),
            StopError::Current => ConsoleError::Conflict(
                "This is the key's current secret. Rotate the key to replace it.".to_owned(),
            ),
            StopError::Store(error) => admin.failed(error),
        })?;
        let page = paths::key(&self.id);
        Ok(Done {
            name: ["****", &last_four].concat(),
            what: " was stopped.".to_owned(),
            href: Some(page.clone()),
            list: page,
        })
    }
}
