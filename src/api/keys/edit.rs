//! `PATCH /v1/auth/api-keys/{id}`: changes a key's name, role and note.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::keys::{find, include, name, note, noted, role_id, unknown_role};
use crate::api::wire::NotedApiKey;
use crate::store::keys::{self, Edit, EditError};

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct EditApiKeyRequest {
    /// 1 to 80 characters.
    #[schema(nullable = false)]
    name: Option<String>,
    /// `rl_…`
    #[schema(nullable = false)]
    role_id: Option<String>,
    /// What admins should know of the key: at most 500 characters, null to take it away.
    note: Option<String>,
}

#[utoipa::path(patch, path = "/v1/auth/api-keys/{id}", operation_id = "edit-api-key", tag = "auth",
    params(
        ("id" = String, Path, description = "`apke_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "role, role.permissions"),
    ),
    request_body = EditApiKeyRequest,
    responses((status = 200, description = "The key as it is then.", body = NotedApiKey)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let key = call.id()?;
    let (mut fields, _) = call.fields()?;
    let edit = Edit {
        name: fields.optional_text("name")?.as_deref().map(name).transpose()?,
        role: fields.optional_text("role_id")?.as_deref().map(role_id).transpose()?,
        note: fields.nullable_text("note")?.map(|text| text.as_deref().map_or(Ok(None), note)).transpose()?,
    };
    fields.end()?;
    keys::edit(&call.state.db, &call.actor(), call.caller.mode, key, edit).await.map_err(
        |error| match error {
            EditError::NotFound => ApiError::no_such_object(),
            EditError::Revoked => {
                ApiError::conflict("This key is revoked and cannot be changed. Create another one.")
            }
            EditError::UnknownRole => unknown_role(),
            EditError::Store(error) => error.into(),
        },
    )?;
    let key = find(&call, key).await?;
    Ok(json(StatusCode::OK, noted(&call, &key, include)))
}
