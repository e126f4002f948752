//! `GET /v1/core/request-logs`: requests with the account's keys, newest first.

use axum::response::Response;
use http::StatusCode;

use crate::api::call::{Call, json};
use crate::api::error::ApiError;
use crate::api::query::Query;
use crate::api::request_logs::{Include, RequestLog, show};
use crate::api::wire::List;
use crate::domain::id::{AccountId, KeyId, MemberId};
use crate::store::pages::Page;
use crate::store::request_log::{self, LogQuery};

#[utoipa::path(get, path = "/v1/core/request-logs", operation_id = "list-request-logs", tag = "core",
    params(
        ("cursor" = Option<String>, Query, description = "A cursor from an earlier page."),
        ("limit" = Option<i64>, Query, description = "Rows a page, 1 to 1000; 100 unless given."),
        ("q" = Option<String>, Query, description = "A request's id, the beginning of a path (with its slash), or the beginning of a key's name."),
        ("start_date" = Option<String>, Query, description = "From this time on."),
        ("end_date" = Option<String>, Query, description = "Up to this time."),
        ("methods[]" = Option<Vec<String>>, Query, description = "GET, POST, …; any of them."),
        ("status_codes[]" = Option<Vec<i16>>, Query, description = "Any of these."),
        ("error_codes[]" = Option<Vec<String>>, Query, description = "Any of these."),
        ("account_ids[]" = Option<Vec<String>>, Query, description = "Whose key: none but your account's can ask."),
        ("actor_ids[]" = Option<Vec<String>>, Query, description = "`apke_…`; any of them."),
        ("actor_types[]" = Option<Vec<String>>, Query, description = "user, api_key or agent: only keys make requests here."),
        ("normalized_routes[]" = Option<Vec<String>>, Query, description = "Paths with parameters in braces; any of them."),
        ("hosts[]" = Option<Vec<String>>, Query, description = "Any of these."),
        ("min_latency_us" = Option<i64>, Query, description = "At least so many microseconds."),
        ("include[]" = Option<Vec<String>>, Query, description = "account, actor, actor.role"),
    ),
    responses((status = 200, description = "A page of requests.", body = List<RequestLog>)))]
pub async fn handle(call: Call) -> Result<Response, ApiError> {
    let mut query = call.query()?;
    let [account, actor, role] = query.includes(["account", "actor", "actor.role"])?;
    let include = Include { account, actor, role, ..Include::default() };
    let filter = read(&mut query, call.caller.account)?;
    query.end()?;
    let page = match filter {
        Some(filter) => request_log::list(&call.state.db, call.caller.account, &filter).await?,
        None => Page { items: Vec::new(), previous: None, next: None },
    };
    let Page { items, previous, next } = page;
    let items = show(&call, items, include).await?;
    Ok(json(StatusCode::OK, List::of(Page { items, previous, next })))
}

/// `None` for a filter that no row can fit.
fn read(query: &mut Query, account: AccountId) -> Result<Option<LogQuery>, ApiError> {
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let actors = query.many_as("actor_ids[]", "Use ids that begin with apke_ or us_.", |id| {
        id.parse::<KeyId>().map(Some).or_else(|_| id.parse::<MemberId>().map(|_| None)).ok()
    })?;
    let accounts: Vec<AccountId> =
        query.many_as("account_ids[]", "Use ids that begin with ac_.", |id| id.parse().ok())?;
    let types = query.many_as("actor_types[]", "Use user, api_key or agent.", |kind| {
        ["user", "api_key", "agent"].contains(&kind).then(|| kind.to_owned())
    })?;
    let keys: Vec<KeyId> = actors.iter().copied().flatten().collect();
    let nobody = (!actors.is_empty() && keys.is_empty())
        || (!accounts.is_empty() && !accounts.contains(&account))
        || (!types.is_empty() && !types.iter().any(|kind| kind == "api_key"));
    let (cursor, limit) = query.page()?;
    let filter = LogQuery {
        search: query.search()?,
        from: query.time("start_date")?,
        until: query.time("end_date")?,
        methods: query.many_as(
            "methods[]",
            "Use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.",
            |method| methods.contains(&method).then(|| method.to_owned()),
        )?,
        status_codes: query.many_as("status_codes[]", "Use status codes from 100 to 599.", |code| {
            code.parse().ok().filter(|code| (100..600).contains(code))
        })?,
        error_codes: query.many("error_codes[]"),
        keys,
        routes: query.many("normalized_routes[]"),
        hosts: query.many("hosts[]"),
        min_latency_us: query.one_as("min_latency_us", "Use a whole number of microseconds.")?,
        cursor,
        limit,
    };
    Ok((!nobody).then_some(filter))
}
