//! What every request may need.

use std::ops::Deref;
use std::sync::Arc;

use crate::config::Config;
use crate::request_log::RequestLog;
use crate::sign_in::passwords::Passwords;
use crate::store::{Db, Pools};
use crate::upstream::Upstream;
use crate::verify::{KeyUses, Rotations, Secrets};

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
