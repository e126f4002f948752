//! `PATCH /v1/identity/roles/{id}`: changes a role. What its keys may do changes with the next request.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::roles::{in_words, include, name, permissions, show};
use crate::api::wire::Role;
use crate::store::roles;

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct UpdateRoleRequest {
    /// 1 to 80 characters, not yet taken.
    #[schema(nullable = false)]
    name: Option<String>,
    /// `{domain}:{action}`; they replace all that the role has.
    #[schema(nullable = false)]
    permissions: Option<Vec<String>>,
}

#[utoipa::path(patch, path = "/v1/identity/roles/{id}", operation_id = "update-role", tag = "identity",
    params(
        ("id" = String, Path, description = "`rl_…`"),
        ("include[]" = Option<Vec<String>>, Query, description = "owner, owner.account, permissions"),
    ),
    request_body = UpdateRoleRequest,
    responses((status = 200, description = "The role as it is then.", body = Role)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let role = call.id()?;
    let (mut fields, _) = call.fields()?;
    let name = fields.optional_text("name")?.as_deref().map(name).transpose()?;
    let texts = fields.optional_texts("permissions")?;
    fields.end()?;
    let permissions = texts.map(|texts| permissions(&call, &texts)).transpose()?;
    roles::edit(&call.state.db, &call.actor(), role, name.as_ref(), permissions.as_deref())
        .await
        .map_err(in_words)?;
    Ok(json(StatusCode::OK, show(&call, role, include).await?))
}
