//! `/docs/errors`: what each error code of the API means.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use leptos::prelude::*;

use super::{ErrorEntry, ErrorsPage};
use crate::console::paths;
use crate::console::shell::answer::Pages;
use crate::domain::error_code::ErrorCode;
use crate::state::AppState;

pub fn routes() -> Router<AppState> {
    Router::new().route(paths::ERRORS, get(errors))
}

/// `GET /docs/errors`
async fn errors(pages: Pages) -> Response {
    let entries = ErrorCode::ALL
        .into_iter()
        .map(|code| ErrorEntry {
            code: code.slug().to_owned(),
            status: code.status().as_u16(),
            meaning: code.meaning().to_owned(),
            remedy: code.remedy().to_owned(),
        })
        .collect();
    pages.render(StatusCode::OK, "API errors", move || view! { <ErrorsPage entries/> })
}
