//! The lease by which this copy of the server may go by its memory.
//!
//! A change waits, after its commit, for every copy whose lease runs to take it into account. So memory is right as
//! long as the lease runs; and a copy that cannot hear, or cannot say that it has heard, loses its lease and asks the
//! database for each request.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use super::memory::{Memory, Moment, Validity};
use crate::store::replicas::{self, LEASE};
use crate::store::{Db, Error};

/// How often the lease is renewed: three may be lost before it ends.
const INTERVAL: Duration = Duration::from_millis(500);

/// A revision that no change has: before the first grant nothing is known.
const UNKNOWN: i64 = -1;

/// Renews the lease until it is ended or dropped.
#[derive(Debug)]
pub struct Lease {
    db: Db,
    copy: Uuid,
    memory: Arc<Memory>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Lease {
    pub fn hold(db: Db, memory: &Arc<Memory>) -> Self {
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

async fn keep(db: Db, copy: Uuid, memory: Arc<Memory>) {
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
    db: Db,
    listener: PgListener,
    copy: Uuid,
    memory: Arc<Memory>,
    /// Every change up to this one has been taken into account.
    applied: i64,
    /// The life of the database whose changes those are.
    incarnation: String,
}

impl Session {
    /// Ends with what broke it.
    async fn run(db: &Db, copy: Uuid, memory: Arc<Memory>) -> Result<Infallible, Error> {
        let listener = in_time(replicas::listen(db)).await?;
        let (applied, incarnation) = (UNKNOWN, String::new());
        let mut session = Self { db: db.clone(), listener, copy, memory, applied, incarnation };
        loop {
            let begun = Instant::now();
            in_time(session.renew()).await?;
            session.hear_until(begun + INTERVAL).await?;
        }
    }

    async fn renew(&mut self) -> Result<(), Error> {
        let (asked_at, applied) = (Moment::now(), self.applied);
        let grant = replicas::renew(&mut self.listener, self.copy, applied).await?;
        // Fewer changes than were heard of are those of another database.
        if grant.incarnation != self.incarnation || grant.revision < applied {
            self.memory.forget_all();
            self.applied = grant.revision;
            self.incarnation = grant.incarnation;
        } else if applied < grant.revision {
            self.catch_up().await?;
            if self.applied < grant.revision {
                // Somebody has removed what it would have told.
                self.memory.forget_all();
                self.applied = grant.revision;
            }
        }
        self.db.sees(&self.incarnation);
        self.memory.set_validity(Some(Validity { asked_at, granted_at: grant.at, revision: self.applied }));
        self.acknowledge().await
    }

    /// Whatever wakes it: what there is to hear stands in the database.
    async fn hear_until(&mut self, end: Instant) -> Result<(), Error> {
        // However many there are, the lease is renewed in time.
        while Instant::now() < end {
            match timeout_at(end, self.listener.try_recv()).await {
                Err(_) => return Ok(()),
                // The connection was lost, and perhaps notices with it.
                Ok(Ok(None)) => return Err(sqlx::Error::WorkerCrashed.into()),
                Ok(Ok(Some(_))) => {}
                Ok(Err(error)) => return Err(error.into()),
            }
            while self.listener.next_buffered().is_some() {}
            let before = self.applied;
            in_time(self.catch_up()).await?;
            if self.applied != before {
                in_time(self.acknowledge()).await?;
            }
        }
        Ok(())
    }

    /// Takes the changes into account that are not yet.
    async fn catch_up(&mut self) -> Result<(), Error> {
        let changes = replicas::changes_since(&mut self.listener, self.applied).await?;
        match &changes.changed {
            Some(changed) => changed.iter().for_each(|id| self.memory.forget(*id)),
            None => self.memory.forget_all(),
        }
        self.applied = changes.revision;
        self.memory.set_revision(self.applied);
        Ok(())
    }

    async fn acknowledge(&mut self) -> Result<(), Error> {
        if replicas::acknowledge(&mut self.listener, self.copy, self.applied).await? {
            return Ok(());
        }
        // No change waits for this copy any more.
        self.memory.set_validity(None);
        Err(Error::too_slow())
    }
}

/// Whatever takes longer than a lease is of no use any more.
async fn in_time<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(LEASE, work).await.unwrap_or_else(|_| Err(Error::too_slow()))
}
