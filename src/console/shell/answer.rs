//! Pages: what they need is at hand, so they are rendered at once, and their forms work by post.

mod docs;
pub mod keys;
mod setup;
mod theme;

pub use docs::errors;
pub use setup::{show as show_setup, submit as submit_setup};
pub use theme::choose as choose_theme;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Request};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use leptos::prelude::*;

use uuid::Uuid;

use super::{assets, headers};
use crate::app::{Assets, Document, Page};
use crate::console::error::ConsoleError;
use crate::console::message::{MessagePage, SettingsMessagePage};
use crate::console::model::Viewer;
use crate::console::sign_in::SignInPage;

/// Answers one request with pages: knows what every document needs to know of it.
#[derive(Clone, Debug)]
pub struct Pages {
    page: Page,
    is_call: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Pages {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_parts(parts))
    }
}

impl Default for Pages {
    /// For answers that are given before the request is known.
    fn default() -> Self {
        Self::from_headers(&HeaderMap::new(), &Uri::default())
    }
}

impl Pages {
    pub fn of(request: &Request) -> Self {
        Self::from_headers(request.headers(), request.uri())
    }

    pub fn from_parts(parts: &Parts) -> Self {
        Self::from_headers(&parts.headers, &parts.uri)
    }

    fn from_headers(headers: &HeaderMap, uri: &Uri) -> Self {
        let page = Page {
            theme: theme::chosen(headers).to_owned(),
            path: uri.path_and_query().map_or_else(String::new, ToString::to_string),
            assets: Assets {
                script: assets::script(),
                wasm: assets::wasm(),
                stylesheet: assets::stylesheet(),
            },
            nonce: None,
        };
        Self { page, is_call: uri.path().starts_with("/console/") }
    }

    /// A whole document around this content, without scripts.
    pub fn render<V: IntoView + 'static>(
        &self,
        status: StatusCode,
        title: &str,
        content: impl FnOnce() -> V + Send + 'static,
    ) -> Response {
        (status, document(self.page.clone(), title, content)).into_response()
    }

    /// A whole document whose islands come alive in the browser.
    pub fn render_alive<V: IntoView + 'static>(
        &self,
        title: &str,
        content: impl FnOnce() -> V + Send + 'static,
    ) -> Response {
        // 122 random bits of a cryptographic generator that the operating system seeds.
        let nonce = Uuid::new_v4().simple().to_string();
        let policy = headers::policy_with_scripts(&nonce);
        let page = Page { nonce: Some(nonce), ..self.page.clone() };
        ([(header::CONTENT_SECURITY_POLICY, policy)], document(page, title, content)).into_response()
    }

    pub fn sign_in(&self, status: StatusCode, next: &str, email: &str, error: Option<&str>) -> Response {
        let (next, email, error) = (next.to_owned(), email.to_owned(), error.map(str::to_owned));
        self.render(status, "Sign in", move || view! { <SignInPage next email error/> })
    }

    /// An error outside the settings, or the answer to a failed call of the browser part.
    pub fn error(&self, error: &ConsoleError) -> Response {
        if self.is_call {
            return call_error(error);
        }
        let text = error.to_string();
        let mut response = self.message(status(error), heading(error), &text, None);
        add_retry_after(error, &mut response);
        response
    }

    /// An error inside the settings layout.
    pub fn settings_error(&self, viewer: Viewer, error: &ConsoleError) -> Response {
        if self.is_call {
            return call_error(error);
        }
        let (heading, text) = (heading(error).to_owned(), error.to_string());
        let title = heading.clone();
        let mut response =
            self.render(status(error), &title, move || view! { <SettingsMessagePage viewer heading text/> });
        add_retry_after(error, &mut response);
        response
    }

    pub fn message(
        &self,
        status: StatusCode,
        heading: &str,
        text: &str,
        link: Option<(&str, &str)>,
    ) -> Response {
        let (title, heading, text) = (heading.to_owned(), heading.to_owned(), text.to_owned());
        let link = link.map(|(href, label)| (href.to_owned(), label.to_owned()));
        self.render(status, &title, move || view! { <MessagePage heading text link/> })
    }

    /// What was sent cannot be taken as it is.
    pub fn refused(&self, status: StatusCode, heading: &str, text: &str) -> Response {
        if self.is_call {
            return (status, axum::Json(ConsoleError::Conflict(text.to_owned()))).into_response();
        }
        self.message(status, heading, text, None)
    }

    pub fn not_found(&self) -> Response {
        self.message(
            StatusCode::NOT_FOUND,
            "Page not found",
            "There is nothing at this address.",
            Some(("/settings/api-keys", "Go to API keys")),
        )
    }
}

/// The id in a page's path. One that cannot be read is nobody's.
#[derive(Clone, Debug)]
pub struct IdInPath(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdInPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(id.map(|Path(id)| id).unwrap_or_default()))
    }
}

fn document<V: IntoView + 'static>(
    page: Page,
    title: &str,
    content: impl FnOnce() -> V + Send + 'static,
) -> Html<String> {
    let title = title.to_owned();
    Html(Owner::new().with(move || {
        provide_context(page);
        view! { <Document title>{content()}</Document> }.to_html()
    }))
}

/// The HTTP status of an error on a page.
pub fn status(error: &ConsoleError) -> StatusCode {
    match error {
        ConsoleError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ConsoleError::Conflict(_) => StatusCode::CONFLICT,
        ConsoleError::NotFound => StatusCode::NOT_FOUND,
        ConsoleError::SignedOut => StatusCode::UNAUTHORIZED,
        ConsoleError::Forbidden => StatusCode::FORBIDDEN,
        ConsoleError::Unavailable | ConsoleError::Unsure => StatusCode::SERVICE_UNAVAILABLE,
        ConsoleError::Unreachable | ConsoleError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn heading(error: &ConsoleError) -> &'static str {
    match error {
        ConsoleError::Invalid(_) => "Check your input",
        ConsoleError::Conflict(_) => "Nothing was changed",
        ConsoleError::NotFound => "Key not found",
        ConsoleError::SignedOut => "Signed out",
        ConsoleError::Forbidden => "For admins only",
        ConsoleError::Unavailable | ConsoleError::Unsure => "The database is away",
        ConsoleError::Unreachable | ConsoleError::Internal { .. } => "Something went wrong",
    }
}

/// The error as the browser part reads it from a server function.
fn call_error(error: &ConsoleError) -> Response {
    let mut response = (status(error), axum::Json(error)).into_response();
    add_retry_after(error, &mut response);
    response
}

/// Leptos answers every failed call with 500; this is the same answer with the status of its error.
pub async fn with_status(answer: Response) -> Response {
    if !answer.status().is_server_error() {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    match serde_json::from_slice(&body) {
        Ok(error) => call_error(&error),
        Err(_) => Response::from_parts(parts, body.into()),
    }
}

fn add_retry_after(error: &ConsoleError, response: &mut Response) {
    if *error == ConsoleError::Unavailable {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
}
