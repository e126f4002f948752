//! Connections to the database: over the first of its hosts that can be written to, set up as `store` needs them.

mod pooler;
mod session;
mod url;

pub(super) use pooler::shares_sessions;
pub use url::{DatabaseUrl, Encryption, Target, UrlError};

use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection, PgConnection};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Makes connections. Begins with the host that was good the last time.
#[derive(Debug)]
pub(super) struct Connector {
    url: DatabaseUrl,
    /// Index of the host to begin with.
    good: AtomicUsize,
}

impl Connector {
    pub fn new(url: DatabaseUrl) -> Self {
        Self { url, good: AtomicUsize::new(0) }
    }

    /// Whether a host may be asked to encrypt.
    pub fn may_be_encrypted(&self) -> bool {
        let encrypts =
            |target: &Target| matches!(target.encryption, Encryption::Offered | Encryption::Required);
        self.url.targets.iter().any(encrypts)
    }

    /// Tries each host once.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut failure = sqlx::Error::PoolClosed;
        for at in self.turns() {
            match timeout(self.url.connect_timeout, connect_to(self.target(at))).await {
                Ok(Ok(connection)) => return Ok(connection),
                failed => failure = self.failed(at, failed.map(|failed| failed.err())),
            }
        }
        Err(failure)
    }

    /// A connection that hears what is told on a channel, over which queries go as well. Tries each host once.
    pub async fn listen(&self, channel: &str) -> Result<PgListener, sqlx::Error> {
        let mut failure = sqlx::Error::PoolClosed;
        for at in self.turns() {
            match timeout(self.url.connect_timeout, listen_to(self.target(at), channel)).await {
                Ok(Ok(listener)) => return Ok(listener),
                failed => failure = self.failed(at, failed.map(|failed| failed.err())),
            }
        }
        Err(failure)
    }

    /// As many as there are hosts; each is read when it comes, for others try at the same time.
    fn turns(&self) -> impl Iterator<Item = usize> {
        self.url.targets.iter().map(|_| self.good.load(Ordering::Relaxed))
    }

    fn target(&self, at: usize) -> &Target {
        &self.url.targets[at % self.url.targets.len()]
    }

    /// Goes on to the next host, unless somebody else has done so meanwhile.
    fn failed(&self, at: usize, failure: Result<Option<sqlx::Error>, Elapsed>) -> sqlx::Error {
        let _ = self.good.compare_exchange(at, at + 1, Ordering::Relaxed, Ordering::Relaxed);
        failure.ok().flatten().unwrap_or(sqlx::Error::PoolTimedOut)
    }
}

async fn connect_to(target: &Target) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect_with(&target.options).await?;
    session::set_up(&mut connection).await?;
    Ok(connection)
}

async fn listen_to(target: &Target, channel: &str) -> Result<PgListener, sqlx::Error> {
    // sqlx listens over connections of its own pools only.
    let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(target.options.clone());
    let mut listener = PgListener::connect_with(&alone).await?;
    // With a lost connection go notices: whoever listens has to know.
    listener.eager_reconnect(false);
    session::set_up(&mut listener).await?;
    listener.listen(channel).await?;
    Ok(listener)
}
