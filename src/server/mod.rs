//! Everything that runs: configuration, start-up, sessions, headers, passwords, throttling, telemetry.

pub mod assets;
pub mod client_ip;
pub mod command;
pub mod config;
pub mod connections;
pub mod database;
pub mod front;
pub mod headers;
pub mod passwords;
pub mod serve;
pub mod sessions;
pub mod setup_token;
pub mod telemetry;

pub use front::Front;

use std::ops::Deref;
use std::sync::Arc;

use crate::api::gateway::Upstream;
use crate::api::{RequestLog, Rotations};
use crate::store::{Db, Pools};
use crate::verify::{KeyUses, Secrets};
use config::Config;
use passwords::Passwords;

/// What every request may need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

/// What is behind an [`AppState`].
#[derive(Debug)]
pub struct Shared {
    pub db: Db,
    pub config: Config,
    pub passwords: Passwords,
    pub key_uses: KeyUses,
    pub secrets: Secrets,
    pub log: RequestLog,
    pub rotations: Rotations,
    pub upstream: Option<Upstream>,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// Call it on the runtime that will serve: it starts the workers behind `secrets` and `log`.
    pub fn new(pools: Pools, config: Config, upstream: Option<Upstream>) -> Self {
        Self(Arc::new(Shared {
            config,
            passwords: Passwords::new(),
            key_uses: KeyUses::default(),
            secrets: Secrets::new(pools.workers.clone()),
            log: RequestLog::new(pools.workers),
            rotations: Rotations::default(),
            upstream,
            db: pools.requests,
        }))
    }
}
