//! The lease by which this copy of the server may go by its memory.
//!
//! A change waits, after its commit, for every copy whose lease runs to take it into account. So memory is right as
//! long as the lease runs; and a copy that cannot hear, or cannot say that it has heard, loses its lease and asks the
//! database for each request.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use super::memory::{Memory, Moment, Validity};
use crate::store::replicas::{self, CHANNEL, LEASE};
use crate::store::{self, Error};

/// How often the lease is renewed: three may be lost before it ends.
const INTERVAL: Duration = Duration::from_millis(500);

/// A revision that no change has: the next grant makes the copy forget all.
const UNKNOWN: i64 = -1;

/// Renews the lease until it is ended or dropped.
#[derive(Debug)]
pub struct Lease {
    db: PgPool,
    copy: Uuid,
    memory: Arc<Memory>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Lease {
    pub fn hold(db: PgPool, memory: &Arc<Memory>) -> Self {
        let copy = Uuid::now_v7();
        let task = tokio::spawn(keep(db.clone(), copy, memory.clone()));
        Self { db, copy, memory: memory.clone(), task: Mutex::new(Some(task)) }
    }

    pub async fn end(&self) {
        if let Some(task) = self.take_task() {
            task.abort();
            // Only then does nothing renew it any more.
            let _ = task.await;
        }
        self.memory.set_validity(None);
        // What keeps it from being taken back keeps changes waiting for as long as it runs, no longer.
        if let Ok(Err(error)) = timeout(LEASE, replicas::end(&self.db, self.copy)).await {
            tracing::debug!(%error, "the lease was not taken back");
        }
    }

    fn take_task(&self) -> Option<JoinHandle<()>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(task) = self.take_task() {
            task.abort();
        }
    }
}

async fn keep(db: PgPool, copy: Uuid, memory: Arc<Memory>) {
    let mut told = false;
    loop {
        let begun = Instant::now();
        let Err(error) = Session::run(&db, copy, memory.clone()).await;
        told &= begun.elapsed() < LEASE;
        if !told {
            tracing::warn!(%error, "keys are looked up in the database until changes can be heard again");
        }
        told = true;
        sleep(INTERVAL).await;
    }
}

/// One connection over which changes are heard, for as long as it holds.
struct Session {
    listener: PgListener,
    copy: Uuid,
    memory: Arc<Memory>,
    /// Every change up to this one has been taken into account.
    applied: i64,
}

impl Session {
    /// Ends with what broke it.
    async fn run(db: &PgPool, copy: Uuid, memory: Arc<Memory>) -> Result<Infallible, Error> {
        let listener = timeout(LEASE, listen(db)).await.map_err(|_| Error::too_slow())??;
        let mut session = Self { listener, copy, memory, applied: UNKNOWN };
        loop {
            let begun = Instant::now();
            timeout(LEASE, session.renew()).await.map_err(|_| Error::too_slow())??;
            session.hear_until(begun + INTERVAL).await?;
        }
    }

    async fn renew(&mut self) -> Result<(), Error> {
        let (asked_at, applied) = (Moment::now(), self.applied);
        let grant = replicas::renew(&mut self.listener, self.copy, applied).await?;
        // Most notices of the changes that the grant tells of have come with it.
        self.take_notices();
        // A database that has fewer changes than were heard of is another one, such as a standby that took over.
        if self.applied < grant.revision || grant.revision < applied {
            self.memory.forget_all();
            self.applied = grant.revision;
        }
        self.memory.set_validity(Some(Validity { asked_at, granted_at: grant.at }));
        self.acknowledge().await
    }

    async fn hear_until(&mut self, end: Instant) -> Result<(), Error> {
        loop {
            let notice = match timeout_at(end, self.listener.try_recv()).await {
                Err(_) => return Ok(()),
                Ok(notice) => notice?,
            };
            // Without a notice the connection was lost, and perhaps notices with it.
            let notice = notice.ok_or_else(|| store::Error::from(sqlx::Error::WorkerCrashed))?;
            self.take(notice.payload());
            self.take_notices();
            timeout(LEASE, self.acknowledge()).await.map_err(|_| Error::too_slow())??;
        }
    }

    fn take_notices(&mut self) {
        while let Some(notice) = self.listener.next_buffered() {
            self.take(notice.payload());
        }
    }

    /// Takes one change into account.
    fn take(&mut self, notice: &str) {
        let parts = notice.split_once(' ');
        let parts = parts.and_then(|(revision, id)| Some((revision.parse::<i64>().ok()?, id.parse().ok()?)));
        match parts {
            Some((revision, _)) if revision <= self.applied => {}
            Some((revision, id)) if revision == self.applied + 1 => {
                self.memory.forget(id);
                self.applied = revision;
            }
            // One was missed: the next grant tells how many there are.
            _ => {
                self.memory.forget_all();
                self.applied = UNKNOWN;
            }
        }
    }

    async fn acknowledge(&mut self) -> Result<(), Error> {
        replicas::acknowledge(&mut self.listener, self.copy, self.applied).await
    }
}

async fn listen(db: &PgPool) -> Result<PgListener, Error> {
    let mut listener = PgListener::connect_with(db).await?;
    // With a lost connection go notices: the session ends with it.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
