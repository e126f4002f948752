//! The pages of forms, for browsers that run no script.

use axum::Router;
use axum::extract::RawForm;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use leptos::prelude::*;

use super::{Form, Outcome, Subject, form};
use crate::console::caller::Admin;
use crate::console::error::ConsoleError;
use crate::console::paths;
use crate::console::shell::answer::{IdInPath, Pages, status};
use crate::console::shell::frame::SettingsFrame;
use crate::console::ui::dialog::Manner;
use crate::console::ui::field::FormState;
use crate::domain::secret;
use crate::state::AppState;

/// The form's page, and where it is sent.
pub fn route<F: Form>(path: &str) -> Router<AppState> {
    Router::new().route(path, get(show::<F>).post(submit::<F>))
}

async fn show<F: Form>(pages: Pages, admin: Admin, IdInPath(id): IdInPath) -> Response {
    let shown = async {
        let subject = F::Subject::load(&admin, &id).await?;
        let choices = F::choices(&admin, &subject).await?;
        let fields = F::first(&subject, &choices);
        Ok(render(&pages, &admin, fields, subject, choices, None))
    };
    shown.await.unwrap_or_else(|error| pages.settings_error(admin.viewer(), &error))
}

async fn submit<F: Form>(
    pages: Pages,
    admin: Admin,
    IdInPath(id): IdInPath,
    RawForm(body): RawForm,
) -> Response {
    let pairs: Vec<_> = form_urlencoded::parse(&body).into_owned().collect();
    let values = |name: &str| {
        let of_name = pairs.iter().filter(|(other, _)| other == name);
        of_name.map(|(_, value)| value.clone()).collect()
    };
    // The address says what the form is about, whatever its fields do.
    let fields = F::read(&values).about(&id);
    let error = match fields.run(&admin).await {
        Ok(outcome) => return outcome.respond(&pages, &admin).await,
        Err(error) => error,
    };
    if let Some(response) = F::answer(&error, &pages, &admin) {
        return response;
    }
    if !matches!(error, ConsoleError::Invalid(_) | ConsoleError::Conflict(_)) {
        return pages.settings_error(admin.viewer(), &error);
    }
    let shown = async {
        let subject = F::Subject::load(&admin, &id).await?;
        let choices = F::choices(&admin, &subject).await?;
        // What was typed is shown again, unless a secret is in it.
        let clean = |name: &str| values(name).into_iter().map(without_secret).collect();
        let fields = F::read(&clean).about(&id);
        Ok(render(&pages, &admin, fields, subject, choices, Some(error)))
    };
    match shown.await {
        Ok(response) => response,
        Err(error) => {
            // That it is gone may be so new that whoever did that is not answered yet.
            admin.settled().await;
            pages.settings_error(admin.viewer(), &error)
        }
    }
}

fn without_secret(typed: String) -> String {
    if secret::contains_secret(&typed) { String::new() } else { typed }
}

fn render<F: Form>(
    pages: &Pages,
    admin: &Admin,
    fields: F,
    subject: F::Subject,
    choices: F::Choices,
    error: Option<ConsoleError>,
) -> Response {
    let viewer = admin.viewer();
    let title = F::title(&subject);
    // A question is answered by one click, so not by the second half of the one that asked it.
    let settles = if F::MANNER == Manner::Alert { " settles" } else { "" };
    let code = error.as_ref().map_or(StatusCode::OK, status);
    pages.render(code, &title.text(), move || {
        let state = FormState::new(error);
        let cancel = view! {
            <a class="button" href=paths::KEYS>
                "Cancel"
            </a>
        };
        view! {
            <SettingsFrame viewer>
                <div class=["panel ", F::WIDTH, settles].concat()>
                    <h1>{title.show()}</h1>
                    {form::<F, _>(fields, subject, choices, state, cancel, |_| ())}
                </div>
            </SettingsFrame>
        }
    })
}
