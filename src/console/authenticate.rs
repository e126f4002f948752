//! Who is asking: from the session cookie to a [`Caller`], and from there to where they may go. A handler that takes a
//! [`Member`] or an [`Admin`] needs no check of its own.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use http::request::Parts;
use tower_sessions::Session;
use uuid::Uuid;

use super::caller::{Admin, Caller, Member, failed};
use super::error::ConsoleError;
use super::paths;
use super::shell::answer::Pages;
use crate::domain::id::{MemberId, RequestId};
use crate::domain::secret;
use crate::http::client_ip::client_ip;
use crate::state::AppState;
use crate::store::members::{self, SignedIn};
use crate::store::sessions::MEMBER;

/// Finds out who is asking and hands it on as an extension. When the database cannot tell, nobody gets on.
pub async fn layer(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    Extension(id): Extension<RequestId>,
    mut request: Request,
    next: Next,
) -> Response {
    let signed_in = match who(&state, &session, id).await {
        Ok(signed_in) => signed_in,
        Err(error) => return Pages::of(&request).error(&error),
    };
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let ip = client_ip(socket, request.headers(), &state.config.trusted_proxies);
    request.extensions_mut().insert(Caller { state, session, signed_in, ip, request: id });
    next.run(request).await
}

async fn who(
    state: &AppState,
    session: &Session,
    request: RequestId,
) -> Result<Option<SignedIn>, ConsoleError> {
    let member = session.get::<Uuid>(MEMBER).await.map_err(|error| {
        tracing::error!(%request, %error, "the session could not be read");
        ConsoleError::Unavailable
    })?;
    let Some(member) = member else { return Ok(None) };
    members::signed_in(&state.db, MemberId::from_uuid(member)).await.map_err(|error| failed(error, request))
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Response;

    /// Leads to the sign-in page, and back again afterwards, whoever is signed out.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let member = caller.ok_or(ConsoleError::SignedOut).and_then(Caller::member);
        member.map_err(|_| {
            // A post cannot be made again after signing in; the page of its form can be shown, where it has one.
            let next = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            let is_page = parts.method == Method::GET || next.starts_with(paths::SETTINGS);
            let next = if is_page && !secret::url_contains_secret(next) { next } else { "/" };
            Redirect::to(&paths::sign_in_for(next)).into_response()
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let member = Member::from_request_parts(parts, state).await?;
        let viewer = member.viewer();
        member.admin().map_err(|error| Pages::from_parts(parts).settings_error(viewer, &error))
    }
}
