//! The pages about keys, and what the dialogs do as pages, for browsers without JavaScript.

use axum::Extension;
use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use leptos::prelude::*;
use uuid::Uuid;

use super::{IdInPath, Pages, status};
use crate::console::caller::{Admin, Caller};
use crate::console::error::ConsoleError;
use crate::console::keys::create::CreateKeyPage;
use crate::console::keys::delete::DeleteKeyPage;
use crate::console::keys::edit::{EditKeyPage, first_input as first_edit};
use crate::console::keys::key_page::KeyPage;
use crate::console::keys::list::KeyListPage;
use crate::console::keys::reveal::RevealPage;
use crate::console::keys::revoke::RevokeKeyPage;
use crate::console::keys::rotate::{RotateKeyPage, first_input as first_rotation};
use crate::console::keys::{LONGEST_SEARCH, PATH, commands, queries};
use crate::console::model::{
    CreateKeyInput, DeleteKeyInput, Done, EditKeyInput, KeyFilter, KeyRow, NewSecret, RevokeKeyInput,
    RotateKeyInput,
};
use crate::domain::secret;
use crate::server::flash;

/// `GET /settings/api-keys`
pub async fn list(pages: Pages, Extension(caller): Extension<Caller>, uri: Uri) -> Response {
    if secret::url_contains_secret(uri.query().unwrap_or_default()) {
        return without_secret(&uri);
    }
    let filter = Query::<KeyFilter>::try_from_uri(&uri).map(|query| query.0).unwrap_or_default();
    with_admin(&pages, caller, async |admin| {
        let list = queries::list(admin, filter.clone()).await?;
        let viewer = admin.viewer();
        let title = format!("API keys · {}", viewer.account);
        Ok(pages.render_alive(&title, move || view! { <KeyListPage viewer list filter/> }))
    })
    .await
}

/// `GET /settings/api-keys/{id}`
pub async fn detail(pages: Pages, Extension(caller): Extension<Caller>, IdInPath(id): IdInPath) -> Response {
    with_admin(&pages, caller, async |admin| {
        let detail = queries::get(admin, &id).await?;
        let viewer = admin.viewer();
        let title = format!("{} · {}", detail.key.name, viewer.account);
        Ok(pages.render_alive(&title, move || view! { <KeyPage viewer detail/> }))
    })
    .await
}

/// The search box cuts a pasted secret to its id. Whoever brings a whole one in a URL is sent on without it.
fn without_secret(uri: &Uri) -> Response {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.filter(|(name, _)| !secret::contains_secret(name)) {
        let cut: String = value.trim().chars().take(LONGEST_SEARCH).collect();
        query.append_pair(&name, if secret::contains_secret(&value) { &cut } else { &value });
    }
    Redirect::to(&format!("{PATH}?{}", query.finish())).into_response()
}

/// `GET /settings/api-keys/new`
pub async fn show_create(pages: Pages, Extension(caller): Extension<Caller>) -> Response {
    let input = CreateKeyInput {
        expiration: "90d".to_owned(),
        token: Uuid::new_v4().to_string(),
        ..CreateKeyInput::default()
    };
    with_admin(&pages, caller, async |admin| create_form(&pages, admin, input, None).await).await
}

/// `POST /settings/api-keys/new`
pub async fn create(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    Form(input): Form<CreateKeyInput>,
) -> Response {
    with_admin(&pages, caller, async |admin| match commands::create(admin, input.clone()).await {
        Ok(secret) => Ok(reveal(&pages, admin, StatusCode::CREATED, secret)),
        Err(error) if stays(&error) => {
            let input = CreateKeyInput { name: without_secret_in(input.name), ..input };
            create_form(&pages, admin, input, Some(error)).await
        }
        Err(error) => Err(error),
    })
    .await
}

async fn create_form(
    pages: &Pages,
    admin: &Admin,
    input: CreateKeyInput,
    error: Option<ConsoleError>,
) -> Result<Response, ConsoleError> {
    let choices = queries::choices(admin).await?;
    let viewer = admin.viewer();
    Ok(pages.render(status_of(error.as_ref()), "Create API key", move || {
        view! { <CreateKeyPage viewer choices input error/> }
    }))
}

/// `GET /settings/api-keys/{id}/edit`
pub async fn show_edit(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = first_edit(key.subject());
        edit_form(&pages, admin, key, input, None).await
    })
    .await
}

/// `POST /settings/api-keys/{id}/edit`
pub async fn edit(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
    Form(input): Form<EditKeyInput>,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = EditKeyInput { id: key.id.clone(), ..input };
        match commands::edit(admin, input.clone()).await {
            Ok(done) => Ok(back(&pages, admin, done).await),
            Err(error) if stays(&error) => {
                let input = EditKeyInput { name: without_secret_in(input.name), ..input };
                edit_form(&pages, admin, key, input, Some(error)).await
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn edit_form(
    pages: &Pages,
    admin: &Admin,
    key: KeyRow,
    input: EditKeyInput,
    error: Option<ConsoleError>,
) -> Result<Response, ConsoleError> {
    let choices = queries::choices(admin).await?;
    let viewer = admin.viewer();
    let title = format!("Edit {}", key.name);
    Ok(pages.render(status_of(error.as_ref()), &title, move || {
        view! { <EditKeyPage viewer key=key.subject() choices input error/> }
    }))
}

/// `GET /settings/api-keys/{id}/rotate`
pub async fn show_rotate(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = first_rotation(&key.subject());
        rotate_form(&pages, admin, key, input, None).await
    })
    .await
}

/// `POST /settings/api-keys/{id}/rotate`
pub async fn rotate(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
    Form(input): Form<RotateKeyInput>,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = RotateKeyInput { id: key.id.clone(), ..input };
        match commands::rotate(admin, input.clone()).await {
            Ok(secret) => Ok(reveal(&pages, admin, StatusCode::OK, secret)),
            Err(error) if stays(&error) => rotate_form(&pages, admin, key, input, Some(error)).await,
            Err(error) => Err(error),
        }
    })
    .await
}

async fn rotate_form(
    pages: &Pages,
    admin: &Admin,
    key: KeyRow,
    input: RotateKeyInput,
    error: Option<ConsoleError>,
) -> Result<Response, ConsoleError> {
    let choices = queries::choices(admin).await?;
    let viewer = admin.viewer();
    let title = format!("Rotate {}?", key.name);
    Ok(pages.render(status_of(error.as_ref()), &title, move || {
        view! { <RotateKeyPage viewer key=key.subject() choices input error/> }
    }))
}

/// `GET /settings/api-keys/{id}/revoke`
pub async fn show_revoke(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = RevokeKeyInput { id: key.id.clone(), reason: String::new() };
        Ok(revoke_form(&pages, admin, key, input, None))
    })
    .await
}

/// `POST /settings/api-keys/{id}/revoke`
pub async fn revoke(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
    Form(input): Form<RevokeKeyInput>,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = RevokeKeyInput { id: key.id.clone(), ..input };
        match commands::revoke(admin, input.clone()).await {
            Ok(done) => Ok(back(&pages, admin, done).await),
            Err(error) if stays(&error) => {
                let input = RevokeKeyInput { reason: without_secret_in(input.reason), ..input };
                Ok(revoke_form(&pages, admin, key, input, Some(error)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn revoke_form(
    pages: &Pages,
    admin: &Admin,
    key: KeyRow,
    input: RevokeKeyInput,
    error: Option<ConsoleError>,
) -> Response {
    let viewer = admin.viewer();
    let title = format!("Revoke {}?", key.name);
    pages.render(status_of(error.as_ref()), &title, move || {
        view! { <RevokeKeyPage viewer key=key.subject() input error/> }
    })
}

/// `GET /settings/api-keys/{id}/delete`
pub async fn show_delete(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = DeleteKeyInput { id: key.id.clone(), confirm: String::new() };
        Ok(delete_form(&pages, admin, key, input, None))
    })
    .await
}

/// `POST /settings/api-keys/{id}/delete`
pub async fn delete(
    pages: Pages,
    Extension(caller): Extension<Caller>,
    IdInPath(id): IdInPath,
    Form(input): Form<DeleteKeyInput>,
) -> Response {
    with_key(&pages, caller, &id, async |admin, key| {
        let input = DeleteKeyInput { id: key.id.clone(), ..input };
        match commands::delete(admin, input.clone()).await {
            Ok(done) => Ok(back(&pages, admin, done).await),
            Err(error) if stays(&error) => {
                let input = DeleteKeyInput { confirm: without_secret_in(input.confirm), ..input };
                Ok(delete_form(&pages, admin, key, input, Some(error)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn delete_form(
    pages: &Pages,
    admin: &Admin,
    key: KeyRow,
    input: DeleteKeyInput,
    error: Option<ConsoleError>,
) -> Response {
    let viewer = admin.viewer();
    let title = format!("Delete {}?", key.name);
    pages.render(status_of(error.as_ref()), &title, move || {
        view! { <DeleteKeyPage viewer key=key.subject() input error/> }
    })
}

/// The secret, in the answer to the post itself and nowhere else.
fn reveal(pages: &Pages, admin: &Admin, status: StatusCode, secret: NewSecret) -> Response {
    let viewer = admin.viewer();
    pages.render(status, "Save your API key", move || view! { <RevealPage viewer secret/> })
}

/// To the list, which tells what was done. The change is made by then: when the session cannot keep the
/// sentence, it is told at once.
async fn back(pages: &Pages, admin: &Admin, done: Done) -> Response {
    match flash::put(admin.session(), &done.done).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(_) => pages.message(StatusCode::OK, "Done", &done.done, Some((PATH, "Go to API keys"))),
    }
}

/// What was typed, to be shown again, unless a secret is in it.
fn without_secret_in(typed: String) -> String {
    if secret::contains_secret(&typed) { String::new() } else { typed }
}

/// Whether an error is shown on the form itself, with what was typed.
fn stays(error: &ConsoleError) -> bool {
    matches!(error, ConsoleError::Invalid(_) | ConsoleError::Conflict(_))
}

fn status_of(error: Option<&ConsoleError>) -> StatusCode {
    error.map_or(StatusCode::OK, status)
}

async fn with_admin(
    pages: &Pages,
    caller: Caller,
    handle: impl AsyncFnOnce(&Admin) -> Result<Response, ConsoleError>,
) -> Response {
    let admin = match caller.member().and_then(crate::console::caller::Member::admin) {
        Ok(admin) => admin,
        Err(error) => return pages.error(&error),
    };
    match handle(&admin).await {
        Ok(response) => response,
        Err(error) => pages.settings_error(admin.viewer(), &error),
    }
}

async fn with_key(
    pages: &Pages,
    caller: Caller,
    id: &str,
    handle: impl AsyncFnOnce(&Admin, KeyRow) -> Result<Response, ConsoleError>,
) -> Response {
    with_admin(pages, caller, async |admin| {
        let key = queries::key(admin, id).await?;
        handle(admin, key).await
    })
    .await
}
