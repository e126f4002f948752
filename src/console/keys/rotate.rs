//! **Rotate {name}?**

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::expiration::{self, ExpirationFields};
#[cfg(feature = "ssr")]
use super::input;
use super::reveal::NewSecret;
use super::rotation::{self, RotationPlan, old_secret_fields};
use super::sent_twice;
use super::subject::{KeySubject, Status};
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
#[cfg(feature = "ssr")]
use crate::console::error::Thing;
use crate::console::form::{Form, fields};
use crate::console::island::screen::Screen;
use crate::console::paths;
#[cfg(feature = "ssr")]
use crate::console::shell::answer::Pages;
use crate::console::ui::field::FormState;
use crate::console::ui::phrase::Phrase;

fields! {
    RotateKeyForm {
        id: String,
        /// Names the key's current secret as the person saw it.
        secret_id: String,
        /// A value of [`RotationPlan::overlaps`].
        old_secret: String,
        /// `keep`, or a value of [`RotationPlan::expirations`].
        expiration: String,
        expires_on: String,
        /// A UUID made for each showing of the form.
        token: String,
    }
}

#[server(prefix = "/console", endpoint = "rotate-key", input = Json)]
pub async fn rotate_key(input: RotateKeyForm) -> Result<NewSecret, ConsoleError> {
    input.run(&admin().await?).await
}

impl Form for RotateKeyForm {
    type Subject = KeySubject;
    type Choices = RotationPlan;
    type Outcome = NewSecret;

    const WIDTH: &'static str = "broad";

    fn title(key: &KeySubject) -> Phrase {
        Phrase::about("Rotate ", &key.name, "?")
    }

    fn action(key: &KeySubject) -> String {
        paths::key_form(&key.id, "rotate")
    }

    fn button(&self) -> &'static str {
        "Rotate key"
    }

    fn first(key: &KeySubject, found: &RotationPlan) -> Self {
        // An expired key needs another expiry, so it can't keep its own.
        let expiration = if found.status == Status::Expired { expiration::FIRST } else { "keep" };
        Self {
            id: key.id.clone(),
            secret_id: found.secret_id.clone(),
            old_secret: found.overlaps.first().map(|first| first.value.clone()).unwrap_or_default(),
            expiration: expiration.to_owned(),
            expires_on: String::new(),
            token: found.token.clone(),
        }
    }

    fn view(self, _: KeySubject, found: RotationPlan, state: FormState) -> impl IntoView + use<> + 'static {
        view! {
            {old_secret_fields(&found, self.old_secret, state)}
            <input type="hidden" name="id" value=self.id/>
            <input type="hidden" name="secret_id" value=self.secret_id/>
            <input type="hidden" name="token" value=self.token/>
            <ExpirationFields expiration=self.expiration expires_on=self.expires_on offered=found.expirations state/>
        }
    }

    fn fetch_choices(key: KeySubject) -> impl Future<Output = Result<RotationPlan, ConsoleError>> {
        rotation::rotation(key.id)
    }

    fn send(self) -> impl Future<Output = Result<NewSecret, ConsoleError>> {
        rotate_key(self)
    }

    fn remedy(error: &ConsoleError, screen: Screen) -> Option<impl IntoView + use<> + 'static> {
        sent_twice::remedy(error, screen)
    }

    #[cfg(feature = "ssr")]
    fn answer(error: &ConsoleError, pages: &Pages, admin: &Admin) -> Option<axum::response::Response> {
        sent_twice::answer(error, pages, admin)
    }

    #[cfg(feature = "ssr")]
    fn about(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    #[cfg(feature = "ssr")]
    async fn choices(admin: &Admin, key: &KeySubject) -> Result<RotationPlan, ConsoleError> {
        rotation::load(admin, &key.id).await
    }

    #[cfg(feature = "ssr")]
    async fn run(self, admin: &Admin) -> Result<NewSecret, ConsoleError> {
        use crate::store::idempotency::Repeated;
        use crate::store::keys::{RotateError, Rotation, Seen, rotate};
        let key = input::key(&self.id)?;
        let overlap = rotation::parse(&self.old_secret).ok_or_else(|| {
            ConsoleError::invalid("old_secret", "Choose when the old secret stops working.")
        })?;
        let invalid = |error| ConsoleError::Invalid(vec![error]);
        let expiration = match self.expiration.as_str() {
            "keep" => None,
            choice => Some(expiration::parse(choice, &self.expires_on).map_err(invalid)?),
        };
        let seen = self.secret_id.parse().map(Seen::Secret).map_err(|_| rotation::raced())?;
        let rotation = Rotation { seen, overlap, expiration, once: sent_twice::once(&self.token) };
        let mode = admin.signed_in().mode;
        match rotate(admin.db(), &admin.actor(), mode, key, rotation, &mut super::reveal::random()).await {
            Ok(issued) => NewSecret::of(admin, issued, " was rotated.").await,
            Err(RotateError::NotFound) => Err(ConsoleError::NotFound(Thing::Key)),
            Err(RotateError::Revoked) => Err(ConsoleError::Conflict(input::IS_REVOKED.to_owned())),
            Err(RotateError::NeedsExpiration) => Err(ConsoleError::invalid(
                "expiration",
                "This key has expired. Choose another expiration to rotate it.",
            )),
            Err(RotateError::Repeated(Repeated::Same(Some(made)))) => {
                Err(sent_twice::error(admin, made, "This key has been rotated since you opened it.").await)
            }
            Err(RotateError::Raced | RotateError::Repeated(_)) => Err(rotation::raced()),
            Err(RotateError::Overlap(error)) => Err(ConsoleError::invalid("old_secret", error)),
            Err(RotateError::Expiration(error)) => Err(invalid(expiration::refused(error))),
            Err(RotateError::Store(error)) => Err(admin.failed(error)),
        }
    }
}
