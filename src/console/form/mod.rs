//! A form: a page of its own that works by a plain post, and a dialog over a page where the browser part runs. What a
//! form is about lies in one file that implements [`Form`]; here is what all of them share.

mod dialog;
mod fields;
#[cfg(feature = "ssr")]
mod page;

use std::future::Future;

pub use dialog::open;
pub(crate) use fields::fields;
pub use fields::{FieldValue, Fields};
use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, SubmitEvent};
#[cfg(feature = "ssr")]
pub use page::route;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "ssr")]
use crate::console::caller::Admin;
use crate::console::error::ConsoleError;
use crate::console::island::screen::Screen;
#[cfg(feature = "ssr")]
use crate::console::shell::answer::Pages;
use crate::console::ui::dialog::Manner;
use crate::console::ui::field::{FormError, FormState};
use crate::console::ui::phrase::Phrase;
use crate::console::ui::toast::Done;

/// A form. Its fields are the type itself, as typed, and travel both by post and by server function.
pub trait Form: Fields + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the form is about, as the page behind it knows it; `()` where there is nothing yet.
    type Subject: Subject;
    /// What it lets choose from, read anew for each showing; `()` where it offers nothing.
    type Choices: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What it brings about.
    type Outcome: Outcome;

    const MANNER: Manner = Manner::Light;
    /// The width of its dialog: a class, or none for the usual one.
    const WIDTH: &'static str = "";
    /// Whether its button destroys.
    const DANGER: bool = false;

    fn title(subject: &Self::Subject) -> Phrase;

    /// The address of its page.
    fn action(subject: &Self::Subject) -> String;

    /// The words on its button.
    fn button(&self) -> &'static str;

    /// The fields as they first stand.
    fn first(subject: &Self::Subject, choices: &Self::Choices) -> Self;

    /// What stands between the title and the buttons.
    fn view(
        self,
        subject: Self::Subject,
        choices: Self::Choices,
        state: FormState,
    ) -> impl IntoView + use<Self> + 'static;

    /// The choices, where none need to be asked for.
    fn choices_at_hand() -> Option<Self::Choices> {
        None
    }

    /// Asks the server for the choices.
    fn fetch_choices(subject: Self::Subject) -> impl Future<Output = Result<Self::Choices, ConsoleError>>;

    /// Sends the fields by its server function.
    fn send(self) -> impl Future<Output = Result<Self::Outcome, ConsoleError>>;

    /// What a dialog offers beside an error, such as another way to what was wanted.
    fn remedy(_error: &ConsoleError, _screen: Screen) -> Option<impl IntoView + use<Self> + 'static> {
        None::<()>
    }

    /// The page in place of the form, where an error asks for another one.
    #[cfg(feature = "ssr")]
    fn answer(_error: &ConsoleError, _pages: &Pages, _admin: &Admin) -> Option<axum::response::Response> {
        None
    }

    #[cfg(feature = "ssr")]
    fn choices(
        admin: &Admin,
        subject: &Self::Subject,
    ) -> impl Future<Output = Result<Self::Choices, ConsoleError>> + Send;

    /// Does what the form is for.
    #[cfg(feature = "ssr")]
    fn run(self, admin: &Admin) -> impl Future<Output = Result<Self::Outcome, ConsoleError>> + Send;

    /// The same fields about what the page's address names.
    #[cfg(feature = "ssr")]
    fn about(self, _id: &str) -> Self {
        self
    }
}

/// What a form is about.
pub trait Subject: Clone + Send + Sync + 'static {
    /// As the page tells it, on the element around the link that opens the form.
    fn find(link: &HtmlElement) -> Option<Self>;

    /// As the database has it. The id is the one in the page's address.
    #[cfg(feature = "ssr")]
    fn load(admin: &Admin, id: &str) -> impl Future<Output = Result<Self, ConsoleError>> + Send;
}

impl Subject for () {
    fn find(_: &HtmlElement) -> Option<Self> {
        Some(())
    }

    #[cfg(feature = "ssr")]
    async fn load(_: &Admin, _: &str) -> Result<Self, ConsoleError> {
        Ok(())
    }
}

/// What a form has brought about.
pub trait Outcome: Send + 'static {
    /// Shows it in the browser. `late` says that the form was closed before the answer came.
    fn show(self, screen: Screen, late: bool);

    /// Answers the post.
    #[cfg(feature = "ssr")]
    fn respond(self, pages: &Pages, admin: &Admin) -> impl Future<Output = axum::response::Response> + Send;
}

impl Outcome for Done {
    fn show(self, screen: Screen, late: bool) {
        screen.done(self, late);
    }

    /// To the list, which tells what was done. The change is made by then: when the session cannot keep the sentence, it
    /// is told at once.
    #[cfg(feature = "ssr")]
    async fn respond(self, pages: &Pages, admin: &Admin) -> axum::response::Response {
        use axum::response::IntoResponse;
        match crate::console::flash::put(admin.session(), &self).await {
            Ok(()) => axum::response::Redirect::to(&self.list).into_response(),
            Err(_) => {
                let link = Some((self.list.as_str(), "Go on"));
                pages.message(http::StatusCode::OK, "Done", &self.text(), link)
            }
        }
    }
}

/// The form itself, in a dialog and on a page.
fn form<F: Form, C: IntoView + 'static>(
    fields: F,
    subject: F::Subject,
    choices: F::Choices,
    state: FormState,
    cancel: C,
    send: impl FnMut(SubmitEvent) + 'static,
) -> impl IntoView {
    let action = F::action(&subject);
    let button = fields.button();
    let class = if F::DANGER { "button danger" } else { "button primary" };
    let busy = move || state.pending.get().then_some("true");
    view! {
        <form method="post" action=action class="form" novalidate on:submit=send>
            <FormError state/>
            {fields.view(subject, choices, state)}
            <div class="actions">
                {cancel}
                <button type="submit" class=class aria-busy=busy aria-disabled=busy>
                    {button}
                </button>
            </div>
        </form>
    }
}
