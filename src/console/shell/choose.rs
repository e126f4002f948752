//! What the member chooses about pages, by post: light or dark, and shortcuts.

use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, header};
use serde::Deserialize;

use crate::console::caller::Member;
use crate::console::paths;
use crate::console::shell::answer::Pages;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThemeForm {
    theme: String,
    next: String,
}

/// "light", "dark", or "" for what the system says. A cookie, so that the first byte of every page is right.
pub fn theme(headers: &HeaderMap) -> &'static str {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let theme =
        cookies.flat_map(|line| line.split(';')).find_map(|cookie| cookie.trim().strip_prefix("theme="));
    known(theme.unwrap_or_default())
}

fn known(theme: &str) -> &'static str {
    match theme {
        "light" => "light",
        "dark" => "dark",
        _ => "",
    }
}

/// `POST /theme`
pub async fn choose_theme(Form(form): Form<ThemeForm>) -> Response {
    let theme = known(&form.theme);
    let max_age = if theme.is_empty() { 0 } else { 31_536_000 };
    let cookie = format!("theme={theme}; Path=/; Max-Age={max_age}; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], back_to(&form.next)).into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShortcutForm {
    on: String,
    next: String,
}

/// `POST /shortcuts`
pub async fn choose_shortcuts(pages: Pages, member: Member, Form(form): Form<ShortcutForm>) -> Response {
    match member.set_shortcuts(form.on == "true").await {
        Ok(()) => back_to(&form.next).into_response(),
        Err(error) => pages.settings_error(member.viewer(), &error),
    }
}

/// A page of the settings, never another site.
fn back_to(next: &str) -> Redirect {
    let is_ours = next.starts_with("/settings/") && !next.contains(|c: char| c.is_control());
    Redirect::to(if is_ours { next } else { paths::KEYS })
}
