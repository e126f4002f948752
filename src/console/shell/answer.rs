//! Answering with a page: what it needs is at hand, so it is rendered at once.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Request};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use leptos::prelude::*;

use uuid::Uuid;

use super::choose;
use super::document::{Assets, Document, Page};
use super::message::{Around, Message, MessagePage};
use crate::assets;
use crate::console::error::{ConsoleError, Thing};
use crate::console::paths;
use crate::console::viewer::Viewer;
use crate::http::headers;

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
            theme: choose::theme(headers).to_owned(),
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

    /// An error before anybody could tell who is looking, or the answer to a failed call of the browser part.
    pub fn error(&self, error: &ConsoleError) -> Response {
        let around = if self.page.path.starts_with("/settings/") { Around::Unknown } else { Around::Public };
        self.error_around(around, error)
    }

    /// An error inside the settings.
    pub fn settings_error(&self, viewer: Viewer, error: &ConsoleError) -> Response {
        self.error_around(Around::Settings(viewer), error)
    }

    fn error_around(&self, around: Around, error: &ConsoleError) -> Response {
        if self.is_call {
            return call_error(error);
        }
        let message =
            Message { heading: heading(error).to_owned(), text: error.to_string(), link: self.way_on(error) };
        let mut response = self.say(status(error), around, message);
        add_retry_after(error, &mut response);
        response
    }

    /// Where an error's page leads: once more here where that may help, else to where one can go on.
    fn way_on(&self, error: &ConsoleError) -> Option<(String, String)> {
        let to = |href: &str, label: &str| Some((href.to_owned(), label.to_owned()));
        match error {
            ConsoleError::Unavailable
            | ConsoleError::Unsure
            | ConsoleError::Internal { .. }
            | ConsoleError::NotFound(_) => to(&self.page.path, "Try again"),
            _ => None,
        }
    }

    /// A page that says one thing, for whoever came.
    pub fn message(
        &self,
        status: StatusCode,
        heading: &str,
        text: &str,
        link: Option<(&str, &str)>,
    ) -> Response {
        let link = link.map(|(href, label)| (href.to_owned(), label.to_owned()));
        let message = Message { heading: heading.to_owned(), text: text.to_owned(), link };
        self.say(status, Around::Public, message)
    }

    fn say(&self, status: StatusCode, around: Around, message: Message) -> Response {
        let title = message.heading.clone();
        self.render(status, &title, move || view! { <MessagePage around message/> })
    }

    /// What was sent cannot be taken as it is.
    pub fn refused(&self, status: StatusCode, heading: &str, text: &str) -> Response {
        if self.is_call {
            return (status, axum::Json(ConsoleError::Conflict(text.to_owned()))).into_response();
        }
        self.message(status, heading, text, None)
    }

    /// There is no such page.
    pub fn not_found(&self, viewer: Option<Viewer>) -> Response {
        let message = Message {
            heading: "Page not found".to_owned(),
            text: "There is nothing at this address.".to_owned(),
            link: Some((paths::KEYS.to_owned(), "Go to API keys".to_owned())),
        };
        self.say(StatusCode::NOT_FOUND, viewer.map_or(Around::Public, Around::Settings), message)
    }
}

/// The ids in a page's path, with a slash between them. What cannot be read is nobody's.
#[derive(Clone, Debug)]
pub struct IdInPath(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdInPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let ids = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let ids = ids.map(|Path(ids)| ids).unwrap_or_default();
        Ok(Self(ids.into_iter().map(|(_, id)| id).collect::<Vec<_>>().join("/")))
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
        ConsoleError::Conflict(_) | ConsoleError::SentTwice(_) => StatusCode::CONFLICT,
        ConsoleError::NotFound(_) => StatusCode::NOT_FOUND,
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
        ConsoleError::SentTwice(_) => "Sent twice",
        ConsoleError::NotFound(Thing::Key) => "Key not found",
        ConsoleError::NotFound(Thing::Secret) => "Secret not found",
        ConsoleError::NotFound(Thing::Link) => "This link does not work",
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
