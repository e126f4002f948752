//! Who is asking: from the session cookie to a [`Caller`], and from there to where they may go.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;
use uuid::Uuid;

use super::pages::Pages;
use super::{AppState, client_ip::client_ip};
use crate::console::caller::{Caller, failed};
use crate::console::error::ConsoleError;
use crate::domain::id::{MemberId, RequestId};
use crate::domain::secret;
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

/// Lets admins on to a page. Others are sent to sign in, or told why not. Server functions check for
/// themselves, and answer in their own form.
pub async fn admins_only(Extension(caller): Extension<Caller>, request: Request, next: Next) -> Response {
    let pages = Pages::of(&request);
    let Ok(member) = caller.member() else { return sign_in_first(&request) };
    let viewer = member.viewer();
    match member.admin() {
        Ok(_) => next.run(request).await,
        Err(error) => pages.settings_error(viewer, &error),
    }
}

/// To the sign-in page, and back again afterwards.
fn sign_in_first(request: &Request) -> Response {
    // A post cannot be made again after signing in; the page it stands on can.
    let uri = request.uri();
    let next = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let next = if secret::url_contains_secret(next) { "/" } else { next };
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}
