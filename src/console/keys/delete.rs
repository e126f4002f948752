//! **Delete {name}?**

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::input;
use super::subject::{KeySubject, Status};
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
#[cfg(feature = "ssr")]
use crate::console::error::Thing;
use crate::console::form::{Form, fields};
use crate::console::paths;
use crate::console::ui::field::{FormState, TextField};
use crate::console::ui::phrase::Phrase;
use crate::console::ui::toast::Done;

fields! {
    DeleteKeyForm {
        id: String,
        /// The key's name, typed to confirm; asked for while the key is active.
        confirm: String,
    }
}

#[server(prefix = "/console", endpoint = "delete-key", input = Json)]
pub async fn delete_key(input: DeleteKeyForm) -> Result<Done, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for DeleteKeyForm {
    type Subject = KeySubject;
    type Choices = ();
    type Outcome = Done;

    const DANGER: bool = true;

    fn title(key: &KeySubject) -> Phrase {
        Phrase::about("Delete ", &key.name, "?")
    }

    fn action(key: &KeySubject) -> String {
        paths::key_form(&key.id, "delete")
    }

    fn button(&self) -> &'static str {
        "Delete key"
    }

    fn first(key: &KeySubject, (): &()) -> Self {
        Self { id: key.id.clone(), confirm: String::new() }
    }

    fn view(self, key: KeySubject, (): (), state: FormState) -> impl IntoView + use<> + 'static {
        let active = key.status == Status::Active;
        let label = Phrase::about("Type ", &key.name, " to confirm");
        // The key may have become active since the page was made: then the answer asks for the name.
        let asks =
            Memo::new(move |asked| active || asked.copied().unwrap_or(false) || state.is_wrong("confirm"));
        let confirm = move || {
            let (label, value) = (label.clone(), self.confirm.clone());
            asks.get().then(|| view! { <TextField label name="confirm" value state autofocus=true/> })
        };
        view! {
            <div id="dialog-text" class="prose">
                <p>"The key's record goes for good. Its request logs and audit events stay, under its name."</p>
                {active.then(|| view! { <p>"It is active: programs that use it are refused from their next request on."</p> })}
            </div>
            <input type="hidden" name="id" value=self.id/>
            {confirm}
        }
    }

    fn choices_at_hand() -> Option<()> {
        Some(())
    }

    async fn fetch_choices(_: KeySubject) -> Result<(), ConsoleError> {
        Ok(())
    }

    fn send(self) -> impl Future<Output = Result<Done, ConsoleError>> {
        delete_key(self)
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
        use crate::store::keys::{Confirmation, DeleteError, delete};
        let key = input::key(&self.id)?;
        let confirmation = Confirmation::Typed(&self.confirm);
        let deleted = delete(admin.db(), &admin.actor(), admin.signed_in().mode, key, confirmation).await;
        let name = deleted.map_err(|error| match error {
            DeleteError::NotFound => ConsoleError::NotFound(Thing::Key),
            DeleteError::Unconfirmed => {
                ConsoleError::invalid("confirm", "Type the key's name exactly as it is shown.")
            }
            DeleteError::Store(error) => admin.failed(error),
        })?;
        Ok(Done { name, what: " was deleted.".to_owned(), href: None, list: paths::KEYS.to_owned() })
    }
}
