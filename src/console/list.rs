//! A list whose state lives in its address: filter, search, order and page, kept by a reload, a bookmark and the back
//! button. What it lists lies in the files of its tab.

use std::future::Future;

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::Uri;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::caller::Admin;
use super::error::ConsoleError;
use super::island::filter::secret_id;
use super::shell::answer::Pages;
use super::viewer::Viewer;
use crate::domain::secret;

pub trait List: Send + 'static {
    /// What the address says. What it says that nobody understands shows everything, rather than an error.
    type Filter: Clone + Default + DeserializeOwned + Send + 'static;
    type Shown: Send + 'static;

    /// The title of the document, which names the filter and the search.
    fn title(filter: &Self::Filter, shown: &Self::Shown) -> String;

    fn load(
        admin: &Admin,
        filter: &Self::Filter,
    ) -> impl Future<Output = Result<Self::Shown, ConsoleError>> + Send;

    fn page(viewer: Viewer, shown: Self::Shown, filter: Self::Filter) -> impl IntoView + use<Self> + 'static;
}

/// `GET` of the list's address.
pub async fn show<L: List>(pages: Pages, admin: Admin, uri: Uri) -> Response {
    if secret::url_contains_secret(uri.query().unwrap_or_default()) {
        return without_secret(&uri);
    }
    let filter: L::Filter = Query::try_from_uri(&uri).map(|query| query.0).unwrap_or_default();
    let viewer = admin.viewer();
    match L::load(&admin, &filter).await {
        Ok(shown) => {
            let title = format!("{} · {}", L::title(&filter, &shown), viewer.account);
            pages.render_alive(&title, move || L::page(viewer, shown, filter))
        }
        Err(error) => pages.settings_error(viewer, &error),
    }
}

/// The search box leaves a pasted secret's id alone. Whoever brings a whole one in a URL is sent on without it.
fn without_secret(uri: &Uri) -> Response {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.filter(|(name, _)| !secret::contains_secret(name)) {
        let id = secret_id(&value).unwrap_or_default();
        query.append_pair(&name, if secret::contains_secret(&value) { &id } else { &value });
    }
    Redirect::to(&format!("{}?{}", uri.path(), query.finish())).into_response()
}
