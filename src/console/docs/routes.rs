//! `/docs/errors`: what each error code of the API means.

use axum::response::Response;
use http::StatusCode;
use leptos::prelude::*;

use super::Pages;
use crate::api::ErrorCode;
use crate::console::docs::{ErrorEntry, ErrorsPage};

/// `GET /docs/errors`
pub async fn errors(pages: Pages) -> Response {
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
