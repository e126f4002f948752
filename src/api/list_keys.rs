//! `GET /v1/auth/api-keys`: the account's keys, newest first.

use axum::Json;
use axum::extract::State;
use http::request::Parts;
use serde_json::{Value, json};

use super::authorize::authorize;
use super::error::ApiError;
use super::wire::{self, Include};
use crate::domain::catalogue;
use crate::domain::key::KeyStatus;
use crate::server::AppState;
use crate::store;
use crate::store::keys::{KeyQuery, Search, Statuses};

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

pub async fn handle(State(state): State<AppState>, parts: Parts) -> Result<Json<Value>, ApiError> {
    let known = authorize(&state, &parts, &catalogue::list_api_keys()).await?.known;
    let Parameters { query, include } = Parameters::parse(parts.uri.query().unwrap_or_default())?;
    let page = store::keys::list(&state.db, known.account, &query).await?;
    let data: Vec<Value> = page.keys.iter().map(|key| wire::api_key(key, known.mode, include)).collect();
    Ok(Json(json!({
        "object": "list",
        "page_info": {
            "next_cursor": page.next.map(|cursor| cursor.to_string()),
            "prev_cursor": page.previous.map(|cursor| cursor.to_string()),
            "has_next_page": page.next.is_some(),
            "has_prev_page": page.previous.is_some(),
        },
        "data": data,
    })))
}

#[derive(Debug)]
struct Parameters {
    query: KeyQuery,
    include: Include,
}

impl Parameters {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut parsed = Self {
            query: KeyQuery {
                statuses: Statuses::default(),
                search: None,
                cursor: None,
                limit: DEFAULT_LIMIT,
            },
            include: Include::default(),
        };
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_list = name.ends_with("[]");
            if !is_list && seen.contains(&name) {
                return Err(ApiError::invalid_parameter(&name, format!("Send {name} once.")));
            }
            parsed.read(&name, &value)?;
            seen.push(name);
        }
        Ok(parsed)
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        let wrong = |message: &str| ApiError::invalid_parameter(name, message);
        match name {
            "q" if value.contains('\0') => return Err(wrong("Remove the NUL character.")),
            "q" => self.query.search = Search::parse(value),
            "cursor" => {
                let cursor =
                    value.parse().map_err(|_| wrong("Use a cursor from an earlier response's page_info."))?;
                self.query.cursor = Some(cursor);
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                self.query.limit = limit.ok_or_else(|| wrong("Use a whole number from 1 to 1000."))?;
            }
            "statuses[]" => {
                let status =
                    KeyStatus::from_slug(value).ok_or_else(|| wrong("Use active, expired or revoked."))?;
                self.query.statuses = self.query.statuses.with(status);
            }
            "include[]" => match value {
                "role" => self.include.role = true,
                "role.permissions" => self.include = Include { role: true, role_permissions: true },
                _ => return Err(wrong("Use role or role.permissions.")),
            },
            _ => return Err(ApiError::unknown_parameter(name)),
        }
        Ok(())
    }
}
