//! Logs: lines for people in a terminal, JSON elsewhere, to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging. `RUST_LOG` decides what is logged.
pub fn start() {
    // sqlx names the rows it returned; nothing in them is a secret, but they are nobody's business.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // At trace level tower_http writes down whole URLs, and people paste secrets there. What tower_sessions
    // reports of the session store is logged by whoever asked for the session, with the request's id.
    let quiet = ["tower_http=info", "tower_sessions_core=off"];
    let quiet = quiet.into_iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.compact().init();
    } else {
        log.json().init();
    }
}
