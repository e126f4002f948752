//! `POST /v1/identity/roles`: makes a role of the account's own.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::roles::{in_words, include, name, permissions, show};
use crate::api::wire::Role;
use crate::store::roles;

/// A role to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct CreateRoleRequest {
    /// 1 to 80 characters, not yet taken.
    name: String,
    /// `{domain}:{action}`
    permissions: Vec<String>,
}

#[utoipa::path(post, path = "/v1/identity/roles", operation_id = "create-role", tag = "identity",
    params(("include[]" = Option<Vec<String>>, Query, description = "owner, owner.account, permissions")),
    request_body = CreateRoleRequest,
    responses((status = 201, description = "The role.", body = Role)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    query.end()?;
    let (mut fields, _) = call.fields()?;
    let name = name(&fields.text("name")?)?;
    let texts =
        fields.optional_texts("permissions")?.ok_or_else(|| ApiError::missing_field("permissions"))?;
    fields.end()?;
    let permissions = permissions(&call, &texts)?;
    let role = roles::create(&call.state.db, &call.actor(), &name, &permissions).await.map_err(in_words)?;
    Ok(json(StatusCode::CREATED, show(&call, role, include).await?))
}
