//! Connections to the database: over the first of its hosts that can be written to, set up as `store` needs them.

mod pooler;
mod session;
mod url;

pub(super) use pooler::shares_sessions;
pub use url::{DatabaseUrl, Encryption, Target, UrlError};

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use super::error::is_unavailable;
use super::trouble;

/// Makes connections. Begins with the host that was good the last time.
#[derive(Debug)]
pub(super) struct Connector {
    url: DatabaseUrl,
    /// Index of the host to begin with.
    good: AtomicUsize,
    /// The life of the database that was last seen, and since when.
    incarnation: Mutex<Option<(String, Instant)>>,
}

impl Connector {
    pub fn new(url: DatabaseUrl) -> Self {
        Self { url, good: AtomicUsize::new(0), incarnation: Mutex::default() }
    }

    /// Whether a host may be asked to encrypt.
    pub fn may_be_encrypted(&self) -> bool {
        let encrypts =
            |target: &Target| matches!(target.encryption, Encryption::Offered | Encryption::Required);
        self.url.targets.iter().any(encrypts)
    }

    /// A connection that is set up, to a host that can be written to.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        self.try_each(connect_to).await
    }

    /// A connection for a look at what is there: nothing is set.
    pub async fn connect_plain(&self) -> Result<PgConnection, sqlx::Error> {
        self.try_each(|target| async move { PgConnection::connect_with(&target.options).await }).await
    }

    /// A connection that hears what is told on a channel, over which queries go as well.
    pub async fn listen(&self, channel: &'static str) -> Result<PgListener, sqlx::Error> {
        self.try_each(move |target| listen_to(target, channel)).await
    }

    /// Which host is tried first.
    pub fn first(&self) -> usize {
        self.good.load(Ordering::Relaxed) % self.url.targets.len()
    }

    /// Tries each host once.
    async fn try_each<T, F>(&self, attempt: impl Fn(Target) -> F) -> Result<T, sqlx::Error>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let mut failure = None;
        for turn in self.attempts() {
            match turn.within(attempt(turn.target().clone())).await {
                Ok(made) => return Ok(turn.succeeded(made)),
                Err(error) => failure = worse(failure, error),
            }
        }
        Err(failure.unwrap_or(sqlx::Error::PoolClosed))
    }

    /// As many as there are hosts; where each leads is seen when it comes, for others try at the same time.
    fn attempts(&self) -> impl Iterator<Item = Attempt<'_>> {
        let begin = |_| Attempt { connector: self, at: self.good.load(Ordering::Relaxed), succeeded: false };
        self.url.targets.iter().map(begin)
    }

    /// For how long this life of the database has been seen, without another in between.
    pub fn known_for(&self, incarnation: &str) -> Duration {
        let mut seen = self.incarnation.lock().unwrap_or_else(PoisonError::into_inner);
        match &*seen {
            Some((known, since)) if known == incarnation => since.elapsed(),
            _ => {
                if seen.is_some() {
                    trouble::note();
                }
                *seen = Some((incarnation.to_owned(), Instant::now()));
                Duration::ZERO
            }
        }
    }
}

/// A try of one host. Dropped without success, also by whoever cannot wait any longer, the next begins with another host.
struct Attempt<'c> {
    connector: &'c Connector,
    at: usize,
    succeeded: bool,
}

impl Attempt<'_> {
    fn target(&self) -> &Target {
        &self.connector.url.targets[self.at % self.connector.url.targets.len()]
    }

    async fn within<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        let limit = self.connector.url.connect_timeout;
        timeout(limit, work).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    fn succeeded<T>(mut self, made: T) -> T {
        self.succeeded = true;
        made
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.succeeded {
            // Unless somebody else has found that out meanwhile.
            let good = &self.connector.good;
            let _ = good.compare_exchange(self.at, self.at + 1, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// Of two hosts' failures the one that somebody has to mend.
fn worse(known: Option<sqlx::Error>, error: sqlx::Error) -> Option<sqlx::Error> {
    known.filter(|known| !is_unavailable(known)).or(Some(error))
}

async fn connect_to(target: Target) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect_with(&target.options).await?;
    session::set_up(&mut connection).await?;
    Ok(connection)
}

async fn listen_to(target: Target, channel: &'static str) -> Result<PgListener, sqlx::Error> {
    // sqlx listens over connections of its own pools only.
    let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(target.options);
    let mut listener = PgListener::connect_with(&alone).await?;
    // With a lost connection go notices: whoever listens has to know.
    listener.eager_reconnect(false);
    session::set_up(&mut listener).await?;
    listener.listen(channel).await?;
    Ok(listener)
}
