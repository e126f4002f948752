//! /setup: the first account, for whoever holds the one-time link.

use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router, http::HeaderMap};
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;

use super::SetupPage;
use crate::console::caller::{Caller, failed};
use crate::console::error::{ConsoleError, FieldError, Thing};
use crate::console::shell::answer::{Pages, status};
use crate::console::{paths, session};
use crate::domain::member::{Email, Password, account_name};
use crate::domain::mode::Mode;
use crate::sign_in::setup_token;
use crate::state::AppState;
use crate::store;
use crate::store::accounts::{FirstAccount, SetupError};

pub fn routes() -> Router<AppState> {
    Router::new().route(paths::SETUP, get(show).post(submit))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SetupForm {
    token: String,
    account: String,
    email: String,
    password: String,
}

/// `GET /setup?token=…`
pub async fn show(pages: Pages, Extension(caller): Extension<Caller>, Query(link): Query<Link>) -> Response {
    match store::setup_link::is_good(&caller.state.db, &setup_token::hash(&link.token)).await {
        Ok(true) => {
            form(&pages, StatusCode::OK, &SetupForm { token: link.token, ..SetupForm::default() }, None)
        }
        Ok(false) => gone(&pages),
        Err(error) => pages.error(&failed(error, caller.request)),
    }
}

/// `POST /setup`
pub async fn submit(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Form(input): Form<SetupForm>,
) -> Response {
    match set_up(&caller, &input).await {
        Ok(member) => match session::start(&caller, member, &headers).await {
            Ok(()) => Redirect::to(paths::KEYS).into_response(),
            Err(error) => pages.error(&error),
        },
        Err(ConsoleError::NotFound(Thing::Link)) => gone(&pages),
        Err(error @ ConsoleError::Invalid(_)) => form(&pages, status(&error), &input, Some(error)),
        Err(error) => pages.error(&error),
    }
}

async fn set_up(caller: &Caller, input: &SetupForm) -> Result<crate::domain::id::MemberId, ConsoleError> {
    let db = &caller.state.db;
    let token_hash = setup_token::hash(&input.token);
    // Hashing a password is dear: only for who holds the link.
    let good =
        store::setup_link::is_good(db, &token_hash).await.map_err(|error| failed(error, caller.request))?;
    if !good {
        return Err(ConsoleError::NotFound(Thing::Link));
    }
    let (name, email, password) = parse(input)?;
    let password_hash = caller.state.passwords.hash(password).await.map_err(|error| {
        tracing::error!(request = %caller.request, %error, "setup failed");
        ConsoleError::Internal { request_id: caller.request.to_string() }
    })?;
    let account =
        FirstAccount { name: &name, mode: Mode::Production, email: &email, password_hash: &password_hash };
    store::accounts::set_up(db, &token_hash, account).await.map_err(|error| match error {
        SetupError::LinkGone => ConsoleError::NotFound(Thing::Link),
        SetupError::Store(error) => failed(error, caller.request),
    })
}

fn parse(input: &SetupForm) -> Result<(String, Email, Password), ConsoleError> {
    let name = account_name(&input.account);
    let email = Email::parse(&input.email);
    let password = Password::choose(input.password.clone());
    let mut wrong = Vec::new();
    let mut note = |field: &str, message: Option<&&'static str>| {
        if let Some(message) = message {
            wrong.push(FieldError { field: field.to_owned(), message: (*message).to_owned() });
        }
    };
    note("account", name.as_ref().err());
    note("email", email.as_ref().err());
    note("password", password.as_ref().err());
    match (name, email, password) {
        (Ok(name), Ok(email), Ok(password)) => Ok((name, email, password)),
        _ => Err(ConsoleError::Invalid(wrong)),
    }
}

fn form(pages: &Pages, status: StatusCode, input: &SetupForm, error: Option<ConsoleError>) -> Response {
    let (token, account, email) = (input.token.clone(), input.account.clone(), input.email.clone());
    pages.render(status, "Set up", move || view! { <SetupPage token account email error/> })
}

fn gone(pages: &Pages) -> Response {
    pages.message(
        StatusCode::GONE,
        "This link does not work",
        "It was used already, is older than an hour, or is not complete. \
         Whoever runs the server gets another one with: augno-api-keys setup-link",
        Some((paths::SIGN_IN, "Sign in")),
    )
}
