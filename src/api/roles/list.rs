//! `GET /v1/identity/roles`: built-in roles and the account's own, newest first.

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::roles::include;
use crate::api::wire::{List, Role};
use crate::store::roles::{self, RoleQuery};

#[utoipa::path(get, path = "/v1/identity/roles", operation_id = "list-roles", tag = "identity",
    params(
        ("cursor" = Option<String>, Query, description = "A cursor from an earlier page."),
        ("limit" = Option<i64>, Query, description = "Roles a page, 1 to 1000; 100 unless given."),
        ("q" = Option<String>, Query, description = "A part of the name."),
        ("role_types[]" = Option<Vec<String>>, Query, description = "admin or user; any of them."),
        ("include[]" = Option<Vec<String>>, Query, description = "owner, owner.account, permissions"),
    ),
    responses((status = 200, description = "A page of roles.", body = List<Role>)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let (cursor, limit) = query.page()?;
    let search = query.search()?;
    let kinds = query.many("role_types[]");
    let include = include(&mut query)?;
    query.end()?;
    let query = RoleQuery { search, kinds, cursor, limit };
    let page = roles::list(&call.state.db, call.caller.account, query).await?;
    let page = page.map(|role| Role::of(&role, include, Some(&call.caller), call.catalogue()));
    Ok(json(StatusCode::OK, List::of(page)))
}
