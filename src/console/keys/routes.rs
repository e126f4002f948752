//! The routes of the tab.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use leptos::prelude::*;

use super::create::CreateKeyForm;
use super::delete::DeleteKeyForm;
use super::edit::EditKeyForm;
use super::list::Keys;
use super::page::{self, KeyPage};
use super::revoke::RevokeKeyForm;
use super::rotate::RotateKeyForm;
use super::stop::StopSecretForm;
use crate::console::caller::Admin;
use crate::console::shell::answer::{IdInPath, Pages};
use crate::console::{form, list, paths};
use crate::state::AppState;

pub fn routes() -> Router<AppState> {
    let of_key = |form: &str| paths::key_form("{id}", form);
    Router::new()
        .route(paths::KEYS, get(list::show::<Keys>))
        .route(&paths::key("{id}"), get(show))
        .merge(form::route::<CreateKeyForm>(paths::NEW_KEY))
        .merge(form::route::<EditKeyForm>(&of_key("edit")))
        .merge(form::route::<RotateKeyForm>(&of_key("rotate")))
        .merge(form::route::<RevokeKeyForm>(&of_key("revoke")))
        .merge(form::route::<DeleteKeyForm>(&of_key("delete")))
        .merge(form::route::<StopSecretForm>(&of_key("secrets/{secret}/stop")))
}

/// `GET /settings/api-keys/{id}`
async fn show(pages: Pages, admin: Admin, IdInPath(id): IdInPath) -> Response {
    let viewer = admin.viewer();
    match page::load(&admin, &id).await {
        Ok(detail) => {
            let title = format!("{} · {}", detail.key.name, viewer.account);
            pages.render_alive(&title, move || view! { <KeyPage viewer detail/> })
        }
        Err(error) => pages.settings_error(viewer, &error),
    }
}
