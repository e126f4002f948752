//! Every address of the console.

/// The sign-in page.
pub const SIGN_IN: &str = "/login";
pub const SIGN_OUT: &str = "/logout";
pub const SETUP: &str = "/setup";
pub const THEME: &str = "/theme";
pub const SHORTCUTS: &str = "/shortcuts";
pub const ERRORS: &str = "/docs/errors";

/// What all pages of the settings begin with.
#[cfg(feature = "ssr")]
pub const SETTINGS: &str = "/settings/";

/// The API Keys tab.
pub const KEYS: &str = "/settings/api-keys";
pub const NEW_KEY: &str = "/settings/api-keys/new";

/// The page of one key.
pub fn key(id: &str) -> String {
    [KEYS, "/", id].concat()
}

/// The page of one of a key's forms: `edit`, `rotate`, `revoke`, `delete`, `stop`.
pub fn key_form(id: &str, form: &str) -> String {
    [KEYS, "/", id, "/", form].concat()
}

/// Where to sign in, and be led back from.
#[cfg(feature = "ssr")]
pub fn sign_in_for(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    [SIGN_IN, "?next=", &next].concat()
}
