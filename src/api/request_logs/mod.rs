//! Request logs: one row for each request to the API.

pub mod get;
pub mod list;

use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::error::ApiError;
use super::wire::{Account, Actor, ActorType, IncludeInRole, ObjectActor, ObjectRequestLog, Role, timestamp};
use crate::store::request_log::LogRecord;
use crate::store::roles;

/// One request, with the key that made it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestLog {
    /// `rq_…`, the X-Request-Id of its answer.
    id: String,
    #[schema(inline)]
    object: ObjectRequestLog,
    method: String,
    host: String,
    path: String,
    /// The operation's path with parameters in braces; empty for a path that no operation has.
    normalized_route: String,
    /// The query's parameters as JSON text, without secrets. Null unless included.
    #[schema(required)]
    query_json: Option<String>,
    status_code: i16,
    latency_us: i64,
    /// This API has one version.
    #[schema(required)]
    api_version: Option<String>,
    /// `api_key`
    #[schema(required)]
    identity_type: Option<String>,
    #[schema(required)]
    client_ip: Option<String>,
    #[schema(required)]
    user_agent: Option<String>,
    /// Without its query.
    #[schema(required)]
    referrer: Option<String>,
    #[schema(required)]
    error_code: Option<String>,
    #[schema(required)]
    error_message: Option<String>,
    #[schema(format = DateTime)]
    occurred_at: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Null unless included.
    #[schema(required)]
    account: Option<Account>,
    /// The key, as it was. Null unless included.
    #[schema(required)]
    actor: Option<Actor>,
    #[schema(required)]
    idempotency_key: Option<String>,
    /// Bodies are not kept.
    #[schema(required)]
    request_body_json: Option<String>,
    /// Bodies are not kept.
    #[schema(required)]
    response_body_json: Option<String>,
}

/// What a list or an answer carries whole.
#[derive(Clone, Copy, Debug, Default)]
struct Include {
    account: bool,
    actor: bool,
    role: bool,
    permissions: bool,
    query: bool,
}

/// Rows as the caller asked for them.
async fn show(call: &Call, records: Vec<LogRecord>, include: Include) -> Result<Vec<RequestLog>, ApiError> {
    let mut ids: Vec<_> = records.iter().filter_map(|record| record.by.as_ref()).map(|by| by.role).collect();
    ids.sort_unstable_by_key(|id| id.uuid());
    ids.dedup();
    let roles = if include.role && !ids.is_empty() {
        roles::some(&call.state.db, call.caller.account, &ids).await?
    } else {
        Vec::new()
    };
    let one = |record| show_one(call, record, include, &roles);
    Ok(records.into_iter().map(one).collect())
}

fn show_one(call: &Call, record: LogRecord, include: Include, roles: &[roles::Role]) -> RequestLog {
    let in_role = IncludeInRole { permissions: include.permissions, ..IncludeInRole::default() };
    let actor = record.by.as_ref().filter(|_| include.actor).map(|by| Actor {
        id: by.key.to_string(),
        object: ObjectActor::Name,
        kind: ActorType::ApiKey,
        name: Some(by.key_name.clone()),
        handle: Some(by.redacted.clone()),
        role: roles.iter().find(|role| role.id == by.role).map(|role| Role {
            // As it was called then.
            name: by.role_name.clone(),
            ..Role::of(role, in_role, None, call.catalogue())
        }),
    });
    RequestLog {
        id: record.id.to_string(),
        object: ObjectRequestLog::Name,
        method: record.method,
        host: record.host,
        path: record.path,
        normalized_route: record.route.unwrap_or_default(),
        query_json: record.query.filter(|_| include.query).map(|query| query.to_string()),
        status_code: record.status_code,
        latency_us: record.latency_us,
        api_version: None,
        identity_type: record.by.is_some().then(|| "api_key".to_owned()),
        client_ip: record.client_ip.map(|ip| ip.to_string()),
        user_agent: record.user_agent,
        referrer: record.referrer,
        error_code: record.error_code,
        error_message: record.error_message,
        occurred_at: timestamp(record.occurred_at),
        created_at: timestamp(record.created_at),
        account: include.account.then(|| Account::of(&call.caller)),
        actor,
        idempotency_key: record.idempotency_key,
        request_body_json: None,
        response_body_json: None,
    }
}
