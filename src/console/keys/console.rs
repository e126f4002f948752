//! The browser part of the tab: which form each of its links and buttons opens.

use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

use super::create::CreateKeyForm;
use super::delete::DeleteKeyForm;
use super::edit::EditKeyForm;
use super::revoke::RevokeKeyForm;
use super::rotate::RotateKeyForm;
use super::stop::StopSecretForm;
use crate::console::form::{self, Form, Subject};
use crate::console::island::screen::{Screen, screen};
use crate::console::ui::toast::Done;

/// `done` is what the last form post did, told once: what [`Done::pack`] made of it, or nothing.
#[island]
pub fn KeyConsole(done: String) -> impl IntoView {
    screen(open, Done::unpack(&done))
}

fn open(screen: Screen, action: &str, link: &HtmlElement) -> bool {
    match action {
        "create" => open_form::<CreateKeyForm>(screen, link),
        "edit" => open_form::<EditKeyForm>(screen, link),
        "rotate" => open_form::<RotateKeyForm>(screen, link),
        "revoke" => open_form::<RevokeKeyForm>(screen, link),
        "delete" => open_form::<DeleteKeyForm>(screen, link),
        "stop" => open_form::<StopSecretForm>(screen, link),
        _ => false,
    }
}

fn open_form<F: Form>(screen: Screen, link: &HtmlElement) -> bool {
    let subject = F::Subject::find(link);
    subject.map(|subject| form::open::<F>(screen, subject)).is_some()
}
