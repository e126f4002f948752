//! `GET /v1/auth/api-keys`: the account's keys, newest first.

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::keys::include;
use crate::api::wire::{ApiKey, List};
use crate::domain::key::KeyStatus;
use crate::store;
use crate::store::keys::{KeyQuery, Search, Statuses};

#[utoipa::path(get, path = "/v1/auth/api-keys", operation_id = "list-api-keys", tag = "auth",
    params(
        ("cursor" = Option<String>, Query, description = "A cursor from an earlier page."),
        ("limit" = Option<i64>, Query, description = "Keys a page, 1 to 1000; 100 unless given."),
        ("q" = Option<String>, Query, description = "Words of the name, the last four characters of a secret, or the key's id."),
        ("statuses[]" = Option<Vec<String>>, Query, description = "active, expired or revoked; any of them."),
        ("include[]" = Option<Vec<String>>, Query, description = "role, role.permissions"),
    ),
    responses((status = 200, description = "A page of keys.", body = List<ApiKey>)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let statuses = query.many_as("statuses[]", "Use active, expired or revoked.", KeyStatus::from_slug)?;
    let (cursor, limit) = query.page()?;
    let search = query.search()?;
    let include = include(&mut query)?;
    query.end()?;
    let query = KeyQuery {
        statuses: statuses.into_iter().fold(Statuses::default(), Statuses::with),
        search: search.as_deref().and_then(Search::parse),
        cursor,
        place: None,
        limit,
        ..KeyQuery::default()
    };
    let records = store::keys::list(&call.state.db, call.caller.account, &query).await?;
    let page = records.page.map(|key| ApiKey::of(&key, call.caller.mode, include, call.catalogue()));
    Ok(json(StatusCode::OK, List::of(page)))
}
