//! Everything that runs: configuration, start-up, sessions, headers, passwords, throttling, telemetry.

pub mod assets;
pub mod authenticate;
pub mod client_ip;
pub mod command;
pub mod config;
pub mod connections;
pub mod database;
pub mod flash;
pub mod headers;
pub mod pages;
pub mod passwords;
pub mod request_id;
pub mod routes;
pub mod serve;
pub mod sessions;
pub mod setup_token;
pub mod sign_in;
pub mod telemetry;

pub use routes::router;

use std::sync::Arc;

use sqlx::PgPool;

use crate::verify::KeyUses;
use config::Config;
use passwords::Passwords;

/// What every request may need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    pub db: PgPool,
    pub config: Arc<Config>,
    pub passwords: Passwords,
    pub key_uses: KeyUses,
}

impl AppState {
    pub fn new(db: PgPool, config: Config) -> Self {
        Self { db, config: Arc::new(config), passwords: Passwords::new(), key_uses: KeyUses::default() }
    }
}
