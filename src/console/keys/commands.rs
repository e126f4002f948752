//! What the forms of the API Keys tab do. Each reads the form into types that cannot be wrong, asks the store
//! for the change, and puts the outcome into words.

use std::time::Duration;

use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::console::caller::Admin;
use crate::console::error::{ConsoleError, FieldError};
use crate::console::model::{
    CreateKeyInput, DeleteKeyInput, Done, EditKeyInput, NewSecret, RevokeKeyInput, RotateKeyInput,
};
use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::{BadExpiration, Expiration, Overlap};
use crate::domain::name::{BadName, Name};
use crate::domain::secret::contains_secret;
use crate::store::idempotency::Once;
use crate::store::keys::{
    self, Confirmation, CreateError, DeleteError, Edit, EditError, Issued, NewKey, RevokeOutcome,
    RotateError, Rotation,
};

/// Longest reason for a revocation, in characters.
const MAX_REASON: usize = 500;

/// How long a form can be posted again: longer than the session that it was shown in.
const FORM_LIFE: Duration = Duration::from_hours(8 * 24);

const CHOOSE_A_ROLE: &str = "Choose one of the listed roles.";
const IS_REVOKED: &str = "This key is revoked. A revoked key cannot be changed; create another one.";

pub async fn create(admin: &Admin, input: CreateKeyInput) -> Result<NewSecret, ConsoleError> {
    let name = Name::parse(&input.name);
    let role = parse_role(&input.role_id);
    let expiration = Expiration::parse(&input.expiration, &input.expires_on);
    let mut wrong = Vec::new();
    if let Err(error) = &name {
        wrong.push(field("name", in_words(*error)));
    }
    if let Err(message) = &role {
        wrong.push(field("role_id", message));
    }
    if let Err(error) = &expiration {
        wrong.push(field(error.field(), error));
    }
    let (Ok(name), Ok(role), Ok(expiration)) = (name, role, expiration) else {
        return Err(ConsoleError::Invalid(wrong));
    };
    let new = NewKey { name, role, expiration, once: once(&input.token) };
    let signed_in = admin.signed_in();
    let created =
        keys::create(&admin.state().db, &admin.actor(), signed_in.mode, new, &mut UnwrapErr(SysRng)).await;
    match created {
        Ok(issued) => Ok(reveal(admin, issued, "was created")),
        Err(CreateError::UnknownRole) => Err(ConsoleError::invalid("role_id", CHOOSE_A_ROLE)),
        Err(CreateError::Expiration(error)) => Err(bad_expiration(error)),
        Err(CreateError::Repeated(_)) => Err(ConsoleError::Conflict(
            "This form was sent twice. The key was created once, and its secret cannot be shown again. \
             If you did not save it, rotate the key to get another secret."
                .to_owned(),
        )),
        Err(CreateError::Store(error)) => Err(admin.failed(error)),
    }
}

pub async fn edit(admin: &Admin, input: EditKeyInput) -> Result<Done, ConsoleError> {
    let key = parse_key(&input.id)?;
    let name = Name::parse(&input.name);
    let role = parse_role(&input.role_id);
    let mut wrong = Vec::new();
    if let Err(error) = &name {
        wrong.push(field("name", in_words(*error)));
    }
    if let Err(message) = &role {
        wrong.push(field("role_id", message));
    }
    let (Ok(name), Ok(role)) = (name, role) else { return Err(ConsoleError::Invalid(wrong)) };
    let done = Done { done: format!("{} was saved.", name.as_str()) };
    let edit = Edit {
        name: Some(name).filter(|name| name.as_str() != input.seen_name),
        role: Some(role).filter(|_| input.role_id != input.seen_role_id),
    };
    let edited = keys::edit(&admin.state().db, &admin.actor(), admin.signed_in().mode, key, edit).await;
    edited.map(|()| done).map_err(|error| match error {
        EditError::NotFound => ConsoleError::NotFound,
        EditError::Revoked => ConsoleError::Conflict(IS_REVOKED.to_owned()),
        EditError::UnknownRole => ConsoleError::invalid("role_id", CHOOSE_A_ROLE),
        EditError::Store(error) => admin.failed(error),
    })
}

pub async fn rotate(admin: &Admin, input: RotateKeyInput) -> Result<NewSecret, ConsoleError> {
    let key = parse_key(&input.id)?;
    let overlap = Overlap::parse(&input.old_secret)
        .ok_or_else(|| ConsoleError::invalid("old_secret", "Choose when the old secret stops working."))?;
    let expiration = match input.expiration.as_str() {
        "keep" => None,
        choice => Some(Expiration::parse(choice, &input.expires_on).map_err(bad_expiration)?),
    };
    let raced = || {
        ConsoleError::Conflict(
            "This key has been rotated since you opened this form, so nothing was changed. \
             Look at the key before you rotate it again."
                .to_owned(),
        )
    };
    let seen_secret = input.secret_id.parse().map_err(|_| raced())?;
    // A repeated post has not seen the secret that the first one made.
    let rotation = Rotation { seen_secret, overlap, expiration, once: None };
    let signed_in = admin.signed_in();
    let rotated = keys::rotate(
        &admin.state().db,
        &admin.actor(),
        signed_in.mode,
        key,
        rotation,
        &mut UnwrapErr(SysRng),
    )
    .await;
    rotated.map(|rotated| reveal(admin, rotated, "was rotated")).map_err(|error| match error {
        RotateError::NotFound => ConsoleError::NotFound,
        RotateError::Revoked => ConsoleError::Conflict(IS_REVOKED.to_owned()),
        RotateError::NeedsExpiration => ConsoleError::invalid(
            "expiration",
            "This key has expired. Choose another expiration to rotate it.",
        ),
        RotateError::Raced | RotateError::Repeated(_) => raced(),
        RotateError::Overlap(error) => ConsoleError::invalid("old_secret", error.to_string()),
        RotateError::Expiration(error) => bad_expiration(error),
        RotateError::Store(error) => admin.failed(error),
    })
}

pub async fn revoke(admin: &Admin, input: RevokeKeyInput) -> Result<Done, ConsoleError> {
    let key = parse_key(&input.id)?;
    let reason = input.reason.trim();
    if reason.chars().count() > MAX_REASON {
        return Err(ConsoleError::invalid("reason", "Use at most 500 characters."));
    }
    if reason.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(ConsoleError::invalid("reason", "Remove control characters."));
    }
    if contains_secret(reason) {
        let message = "This holds a secret key. Remove it: the reason is kept and shown.";
        return Err(ConsoleError::invalid("reason", message));
    }
    let reason = (!reason.is_empty()).then_some(reason);
    let revoked = keys::revoke(&admin.state().db, &admin.actor(), admin.signed_in().mode, key, reason).await;
    match revoked.map_err(|error| admin.failed(error))? {
        RevokeOutcome::Revoked { name } => Ok(Done { done: format!("{name} was revoked.") }),
        RevokeOutcome::AlreadyRevoked { name } => Ok(Done { done: format!("{name} was revoked already.") }),
        RevokeOutcome::NotFound => Err(ConsoleError::NotFound),
    }
}

pub async fn delete(admin: &Admin, input: DeleteKeyInput) -> Result<Done, ConsoleError> {
    let key = parse_key(&input.id)?;
    let confirmation = Confirmation::Typed(&input.confirm);
    let deleted =
        keys::delete(&admin.state().db, &admin.actor(), admin.signed_in().mode, key, confirmation).await;
    deleted.map(|name| Done { done: format!("{name} was deleted.") }).map_err(|error| match error {
        DeleteError::NotFound => ConsoleError::NotFound,
        DeleteError::Unconfirmed => {
            ConsoleError::invalid("confirm", "Type the key's name exactly as it is shown.")
        }
        DeleteError::Store(error) => admin.failed(error),
    })
}

/// The mark of one showing of the form, whatever was typed into it. Without one, each post counts.
fn once(token: &str) -> Option<Once> {
    let token: Uuid = token.parse().ok()?;
    let request = Sha256::digest(token.as_bytes()).into();
    Some(Once { key: format!("form:{token}"), request, keep: FORM_LIFE })
}

fn reveal(admin: &Admin, issued: Issued, what: &str) -> NewSecret {
    let url = admin.state().config.public_url.origin();
    NewSecret {
        key_id: issued.key.id.to_string(),
        curl: format!("curl {url}/v1/auth/whoami \\\n  -H \"Authorization: Bearer $AUGNO_API_KEY\""),
        done: format!("{} {what}.", issued.key.name),
        name: issued.key.name,
        secret: issued.secret.expose().to_owned(),
    }
}

/// An id that is malformed is answered as one that does not exist.
fn parse_key(id: &str) -> Result<KeyId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::NotFound)
}

fn parse_role(id: &str) -> Result<RoleId, &'static str> {
    if id.is_empty() {
        return Err("Choose a role.");
    }
    id.parse().map_err(|_| CHOOSE_A_ROLE)
}

/// What is wrong with a key's name, with what it is for.
fn in_words(error: BadName) -> String {
    match error {
        BadName::Empty => "Enter a name, such as the program that will use the key.".to_owned(),
        error => error.to_string(),
    }
}

fn field(field: &str, message: impl ToString) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_string() }
}

fn bad_expiration(error: BadExpiration) -> ConsoleError {
    ConsoleError::invalid(error.field(), error.to_string())
}
