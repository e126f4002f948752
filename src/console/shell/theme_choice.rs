//! Light or dark: a cookie, so that the first byte of every page is right.

use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, header};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThemeForm {
    theme: String,
    next: String,
}

/// "light", "dark", or "" for what the system says.
pub fn chosen(headers: &HeaderMap) -> &'static str {
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
pub async fn choose(Form(form): Form<ThemeForm>) -> Response {
    let theme = known(&form.theme);
    let max_age = if theme.is_empty() { 0 } else { 31_536_000 };
    let cookie = format!("theme={theme}; Path=/; Max-Age={max_age}; SameSite=Lax");
    let next = if form.next.starts_with("/settings/") { form.next.as_str() } else { "/settings/api-keys" };
    let next = if next.contains(|c: char| c.is_control()) { "/settings/api-keys" } else { next };
    ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()
}
