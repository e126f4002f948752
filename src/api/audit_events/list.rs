//! `GET /v1/core/audit-events`: changes in the account, newest first.

use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use crate::api::audit_events::{AuditEvent, include, show};
use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::wire::List;
use crate::domain::id::{KeyId, MemberId, RoleId};
use crate::store::audit::{self, AuditQuery};

#[utoipa::path(get, path = "/v1/core/audit-events", operation_id = "list-audit-events", tag = "core",
    params(
        ("cursor" = Option<String>, Query, description = "A cursor from an earlier page."),
        ("limit" = Option<i64>, Query, description = "Events a page, 1 to 1000; 100 unless given."),
        ("q" = Option<String>, Query, description = "A part of the actor's or the resource's name."),
        ("start_date" = Option<String>, Query, description = "From this time on."),
        ("end_date" = Option<String>, Query, description = "Up to this time."),
        ("resource_types[]" = Option<Vec<String>>, Query, description = "api_key, role, account_user; any of them."),
        ("resource_ids[]" = Option<Vec<String>>, Query, description = "Any of these."),
        ("actor_ids[]" = Option<Vec<String>>, Query, description = "`apke_…` or `us_…`; any of them."),
        ("actions[]" = Option<Vec<String>>, Query, description = "create, update, delete; any of them."),
        ("include[]" = Option<Vec<String>>, Query, description = "actor, changes, metadata"),
    ),
    responses((status = 200, description = "A page of events.", body = List<AuditEvent>)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let include = include(&mut query)?;
    let (cursor, limit) = query.page()?;
    let actions = ["create", "update", "delete", "restore", "archive"];
    let filter = AuditQuery {
        search: query.search()?,
        from: query.time("start_date")?,
        until: query.time("end_date")?,
        resource_types: query.many("resource_types[]"),
        resources: query.many_as("resource_ids[]", "Use ids that begin with apke_, rl_ or us_.", any_id)?,
        actors: query.many_as("actor_ids[]", "Use ids that begin with apke_ or us_.", any_id)?,
        actions: query.many_as("actions[]", "Use create, update, delete, restore or archive.", |action| {
            actions.contains(&action).then(|| action.to_owned())
        })?,
        cursor,
        limit,
    };
    query.end()?;
    let page = audit::list(&call.state.db, call.caller.account, &filter).await?;
    Ok(json(StatusCode::OK, List::of(page.map(|record| show(record, include)))))
}

fn any_id(text: &str) -> Option<Uuid> {
    let key = text.parse::<KeyId>().map(KeyId::uuid);
    let role = || text.parse::<RoleId>().map(RoleId::uuid);
    key.or_else(|_| role()).or_else(|_| text.parse::<MemberId>().map(MemberId::uuid)).ok()
}
