//! API keys, for keys whose role is Admin.

pub mod create;
pub mod delete;
pub mod edit;
pub mod get;
pub mod list;
pub mod revoke;
pub mod rotate;

use super::call::Call;
use super::error::ApiError;
use super::query::Query;
use super::wire::{ApiKey, CreatedApiKey, CreatedNotedApiKey, IncludeInKey, NotedApiKey};
use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::BadExpiration;
use crate::domain::name::{Name, Note};
use crate::store;
use crate::store::keys::{Issued, KeyRecord};

/// `include[]`
fn include(query: &mut Query) -> Result<IncludeInKey, ApiError> {
    let [role, permissions] = query.includes(["role", "role.permissions"])?;
    Ok(IncludeInKey { role, permissions })
}

fn name(text: &str) -> Result<Name, ApiError> {
    Name::parse(text).map_err(|error| ApiError::invalid_parameter("name", error.to_string()))
}

fn note(text: &str) -> Result<Option<Note>, ApiError> {
    Note::parse(text).map_err(|error| ApiError::invalid_parameter("note", error.to_string()))
}

fn role_id(text: &str) -> Result<RoleId, ApiError> {
    text.parse().map_err(|_| unknown_role())
}

fn unknown_role() -> ApiError {
    let message = "There is no role with this id in your account. GET /v1/identity/roles lists them.";
    ApiError::invalid_parameter("role_id", message)
}

fn bad_expiration(error: BadExpiration) -> ApiError {
    let message = match error {
        BadExpiration::Past => "Choose a time that is not in the past.",
        BadExpiration::TooFar => "Choose a time within the next 10 years, or none.",
    };
    ApiError::invalid_parameter("expires_at", message)
}

async fn find(call: &Call, key: KeyId) -> Result<KeyRecord, ApiError> {
    let found = store::keys::get(&call.state.db, call.caller.account, key).await?;
    Ok(found.ok_or_else(ApiError::no_such_object)?.0)
}

/// The key as it stands.
async fn show(call: &Call, key: KeyId, include: IncludeInKey) -> Result<ApiKey, ApiError> {
    let key = find(call, key).await?;
    Ok(ApiKey::of(&key, call.caller.mode, include, call.catalogue()))
}

/// The key with the one sight of its secret.
fn reveal(call: &Call, issued: &Issued, include: IncludeInKey) -> CreatedApiKey {
    CreatedApiKey {
        api_key_info: ApiKey::of(&issued.key, call.caller.mode, include, call.catalogue()),
        api_key_secret: issued.secret.expose().to_owned(),
    }
}

/// The key with what admins have noted of it.
fn noted(call: &Call, key: &KeyRecord, include: IncludeInKey) -> NotedApiKey {
    NotedApiKey { key: ApiKey::of(key, call.caller.mode, include, call.catalogue()), note: key.note.clone() }
}

/// The same with the one sight of its secret.
fn reveal_noted(call: &Call, issued: &Issued, include: IncludeInKey) -> CreatedNotedApiKey {
    CreatedNotedApiKey {
        api_key_info: noted(call, &issued.key, include),
        api_key_secret: issued.secret.expose().to_owned(),
    }
}
