//! The session cookie. What stands behind it lies in the database, see [`crate::store::sessions`].

use time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::config::PublicUrl;
use crate::store::Db;
use crate::store::sessions::PgSessions;

/// The cookie's name. The prefix makes browsers insist that this host set it, over https.
pub fn cookie_name(public_url: &PublicUrl) -> &'static str {
    if public_url.is_secure() { "__Host-augno_session" } else { "augno_session" }
}

/// Hides the cookie from scripts and other sites, and on https binds it to this host.
pub fn layer(db: Db, public_url: &PublicUrl) -> SessionManagerLayer<PgSessions> {
    let secure = public_url.is_secure();
    SessionManagerLayer::new(PgSessions::new(db))
        .with_name(cookie_name(public_url))
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // How long the browser keeps the cookie. The store ends sessions by its own rules.
        .with_expiry(Expiry::OnInactivity(Duration::days(7)))
}
