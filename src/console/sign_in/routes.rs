//! Signing in and out: /login and /logout.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, http::HeaderMap};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::SignInPage;
use crate::console::caller::{Caller, failed};
use crate::console::error::ConsoleError;
use crate::console::shell::answer::Pages;
use crate::console::{paths, session};
use crate::domain::id::MemberId;
use crate::domain::member::{Email, Password};
use crate::sign_in::passwords::{Check, HashError};
use crate::sign_in::sessions;
use crate::state::AppState;
use crate::store::members::{self, Credentials};
use crate::store::sign_in_attempts::{self, Slowdown};

/// One sentence for every failure: nobody learns which emails exist.
const FAILED: &str = "The email or password is wrong, or there have been too many attempts. \
                      Check both and try again in a moment.";

/// A wrong password now and then costs nothing; a guesser waits up to a minute for each try, so that nobody
/// can lock somebody else out for long.
const PER_EMAIL: Slowdown = Slowdown { free: 5, longest_s: 60 };
/// Many people may share an address, so it takes more failures, and then longer.
const PER_ADDRESS: Slowdown = Slowdown { free: 20, longest_s: 900 };

pub fn routes() -> Router<AppState> {
    Router::new().route(paths::SIGN_IN, get(show).post(submit)).route(paths::SIGN_OUT, post(sign_out))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
    password: String,
    next: String,
}

/// `GET /login`
pub async fn show(pages: Pages, Extension(caller): Extension<Caller>, Query(query): Query<Next>) -> Response {
    if caller.signed_in.is_some() {
        return Redirect::to(local(&query.next)).into_response();
    }
    page(&pages, StatusCode::OK, local(&query.next), "", None)
}

fn page(pages: &Pages, status: StatusCode, next: &str, email: &str, error: Option<&str>) -> Response {
    let (next, email, error) = (next.to_owned(), email.to_owned(), error.map(str::to_owned));
    pages.render(status, "Sign in", move || view! { <SignInPage next email error/> })
}

/// `POST /login`
pub async fn submit(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = local(&form.next);
    match attempt(&caller, &form.email, form.password).await {
        Ok(member) => match session::start(&caller, member, &headers).await {
            Ok(()) => Redirect::to(next).into_response(),
            Err(error) => pages.error(&error),
        },
        Err(Failure::Wrong) => page(&pages, StatusCode::UNAUTHORIZED, next, &form.email, Some(FAILED)),
        Err(Failure::TooMany(wait)) => {
            let mut response = page(&pages, StatusCode::TOO_MANY_REQUESTS, next, &form.email, Some(FAILED));
            let seconds = wait.as_secs() + 1;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Err(Failure::Other(error)) => pages.error(&error),
    }
}

/// `POST /logout`
pub async fn sign_out(pages: Pages, Extension(caller): Extension<Caller>) -> Response {
    if let Err(error) = caller.session.flush().await {
        tracing::error!(request = %caller.request, %error, "signing out failed");
        return pages.error(&ConsoleError::Unavailable);
    }
    // Browsers drop a cookie named __Host- only when they are told so over the same attributes.
    let config = &caller.state.config.public_url;
    let secure = if config.is_secure() { "; Secure" } else { "" };
    let gone =
        format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}", sessions::cookie_name(config));
    ([(header::SET_COOKIE, gone)], Redirect::to(paths::SIGN_IN)).into_response()
}

enum Failure {
    Wrong,
    TooMany(Duration),
    Other(ConsoleError),
}

/// The same steps and the same work, whatever is wrong.
async fn attempt(caller: &Caller, email: &str, password: String) -> Result<MemberId, Failure> {
    let db = &caller.state.db;
    let store = |error| Failure::Other(failed(error, caller.request));
    let hashing = |error: HashError| {
        if matches!(error, HashError::Busy) {
            return Failure::TooMany(Duration::from_secs(5));
        }
        tracing::error!(request = %caller.request, %error, "sign-in failed");
        Failure::Other(ConsoleError::Internal { request_id: caller.request.to_string() })
    };
    let password = Password::typed(password);
    let email = Email::parse(email);
    let by_email = subject("email", email.as_ref().map_or("", Email::as_str));
    let by_address = subject("address", &caller.ip.map(network).unwrap_or_default());
    // An address that must wait is not listened to: its attempts neither count against an email nor cost a hash.
    if let Some(wait) = sign_in_attempts::begin(db, &by_address, PER_ADDRESS).await.map_err(store)? {
        return Err(Failure::TooMany(wait));
    }
    let wait = sign_in_attempts::begin(db, &by_email, PER_EMAIL).await.map_err(store)?;

    let credentials = match &email {
        Ok(email) => members::credentials(db, email).await.map_err(store)?,
        Err(_) => None,
    };
    let credentials = credentials.filter(|_| wait.is_none() && !password.is_too_long());
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    // Hashing reads every byte: what nobody may choose is not hashed at length.
    let bounded = if password.is_too_long() { Password::typed(String::new()) } else { password.clone() };
    let check = caller.state.passwords.check(bounded, hash).await.map_err(hashing)?;
    if let Some(wait) = wait {
        return Err(Failure::TooMany(wait));
    }
    let Some(credentials) = credentials.filter(|_| check != Check::Wrong) else { return Err(Failure::Wrong) };
    sign_in_attempts::forgive(db, &by_email).await.map_err(store)?;
    sign_in_attempts::take_back(db, &by_address).await.map_err(store)?;
    if check == Check::RightButOutdated {
        improve_hash(caller, password, &credentials).await;
    }
    Ok(credentials.member)
}

/// Keeps a hash with today's parameters. The sign-in has succeeded: where this does not, the next one tries.
async fn improve_hash(caller: &Caller, password: Password, credentials: &Credentials) {
    let state = &caller.state;
    let improved: Result<(), Box<dyn std::error::Error + Send + Sync>> = async {
        let better = state.passwords.hash(password).await?;
        Ok(members::rehash(&state.db, credentials.member, &credentials.password_hash, &better).await?)
    }
    .await;
    if let Err(error) = improved {
        tracing::warn!(request = %caller.request, %error, "the password was not hashed anew");
    }
}

fn subject(kind: &str, value: &str) -> [u8; 32] {
    Sha256::new().chain_update(kind).chain_update(":").chain_update(value).finalize().into()
}

/// The address, or the network that one customer of an IPv6 provider has.
fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Where to go after signing in: a path of this site, never another site.
fn local(next: &str) -> &str {
    let safe = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(|c: char| c.is_control())
        && !next.starts_with("/login")
        && !next.starts_with("/logout")
        && !next.starts_with("/console/");
    if safe { next } else { paths::KEYS }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        assert_eq!(local("/settings/api-keys?status=active"), "/settings/api-keys?status=active");
        for next in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "javascript:x",
            "/login?next=/x",
        ] {
            assert_eq!(local(next), "/settings/api-keys", "{next}");
        }
    }
}
