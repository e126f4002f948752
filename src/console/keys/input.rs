//! What is typed into forms about keys, read into types that cannot be wrong, or told beside its field.

use super::choices::UNKNOWN_ROLE;
use crate::console::caller::Admin;
use crate::console::error::{ConsoleError, FieldError, Thing};
use crate::domain::id::{KeyId, RoleId};
use crate::domain::name::{BadName, Name, Note};
use crate::store;

pub const IS_REVOKED: &str = "This key is revoked. A revoked key cannot be changed; create another one.";

/// An id that is malformed is answered as one that does not exist.
pub fn key(id: &str) -> Result<KeyId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::NotFound(Thing::Key))
}

pub fn name(typed: &str) -> Result<Name, FieldError> {
    Name::parse(typed).map_err(|error| match error {
        BadName::Empty => FieldError::new("name", "Enter a name, such as the program that will use the key."),
        error => FieldError::new("name", error),
    })
}

pub fn note(typed: &str) -> Result<Option<Note>, FieldError> {
    Note::parse(typed).map_err(|error| FieldError::new("note", error))
}

/// The role that a form names: by its id, or by its name where that was typed.
pub async fn role(admin: &Admin, typed: &str) -> Result<Result<RoleId, FieldError>, ConsoleError> {
    let wrong = |message| Ok(Err(FieldError::new("role_id", message)));
    let typed = typed.trim();
    if typed.is_empty() {
        return wrong("Choose a role.");
    }
    if let Ok(id) = typed.parse() {
        return Ok(Ok(id));
    }
    let named = store::roles::by_name(admin.db(), admin.signed_in().account, typed).await;
    match named.map_err(|error| admin.failed(error))? {
        Some(id) => Ok(Ok(id)),
        None => wrong(UNKNOWN_ROLE),
    }
}

/// Every field that is wrong, in the order of the form.
pub fn invalid<const N: usize>(wrong: [Option<FieldError>; N]) -> ConsoleError {
    ConsoleError::Invalid(wrong.into_iter().flatten().collect())
}
