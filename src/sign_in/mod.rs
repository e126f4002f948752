//! Signing in: passwords, the session's cookie, one-time links.

pub mod passwords;
pub mod sessions;
pub mod setup_token;
