//! A request to one of our own operations, by a key that may make it.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;

use super::body::Fields;
use super::error::ApiError;
use super::idempotency;
use super::query::Query;
use crate::domain::catalogue::{Catalogue, Params};
use crate::domain::id::RequestId;
use crate::domain::known_secret::KnownSecret;
use crate::request_log::{Entry, Whole};
use crate::state::AppState;
use crate::store::audit::{Actor, Who};
use crate::store::idempotency::Once;

pub struct Call {
    pub state: AppState,
    pub caller: Arc<KnownSecret>,
    request: RequestId,
    seen_revision: Option<i64>,
    ip: Option<IpAddr>,
    params: Params,
    parts: Parts,
    body: Bytes,
}

impl Call {
    pub fn new(
        state: &AppState,
        entry: &Entry,
        caller: Arc<KnownSecret>,
        params: Params,
        parts: Parts,
        body: Bytes,
    ) -> Self {
        Self {
            state: state.clone(),
            caller,
            request: entry.id(),
            seen_revision: entry.seen_revision(),
            ip: entry.ip(),
            params,
            parts,
            body,
        }
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.state.config.catalogue
    }

    /// Whom to name in the audit event of a change.
    pub fn actor(&self) -> Actor {
        let caller = &self.caller;
        let who = Who::Key {
            id: caller.key,
            name: caller.key_name.clone(),
            redacted: caller.mode.redacted(&caller.last_four),
        };
        Actor { account: caller.account, who, ip: self.ip, request: Some(self.request) }
    }

    /// The id in the path. One that is malformed is answered as one that does not exist.
    pub fn id<I: FromStr>(&self) -> Result<I, ApiError> {
        let id = self.params.iter().find(|(name, _)| name == "id");
        id.and_then(|(_, id)| id.parse().ok()).ok_or_else(ApiError::no_such_object)
    }

    /// Where it is a rotation: the last change that whoever sent it can have known of. Of one that is not none is known.
    pub fn seen_revision(&self) -> i64 {
        self.seen_revision.unwrap_or(i64::MIN)
    }

    /// The parameters of the URL's query.
    pub fn query(&self) -> Result<Query, ApiError> {
        Query::parse(self.parts.uri.query().unwrap_or_default())
    }

    /// The body's fields, and the mark of a request that is to take effect once.
    pub fn fields(&self) -> Result<(Fields, Option<Once>), ApiError> {
        let once = idempotency::once(&self.parts, &self.body)?;
        Ok((Fields::parse(&self.body)?, once))
    }
}

/// The answer to a call.
pub fn json(status: StatusCode, object: impl Serialize) -> Response {
    (status, Extension(Whole), Json(object)).into_response()
}

/// `{}`
pub fn nothing() -> Response {
    json(StatusCode::OK, serde_json::json!({}))
}
