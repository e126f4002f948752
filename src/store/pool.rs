//! The connections that requests share. Each wait has an end, and what is left in the middle of something, or breaks,
//! is closed and never used again: one that died without a sign keeps nobody waiting twice.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt, TryFutureExt, TryStreamExt};
use sqlx::postgres::{PgListener, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection, Either, Execute, Executor, PgConnection, Postgres, Row, SqlStr};
use tokio::time::timeout;

use super::connect::Connector;
use super::error::{Error, breaks_connection};
use super::trouble;

/// Longest wait for a connection that others use.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest wait for an answer: a little longer than the database works on one (`connect/session.rs`).
pub(super) const QUERY_TIMEOUT: Duration = Duration::from_secs(16);
/// What was idle for so long is asked whether it still answers, for so long.
const IDLE: Duration = Duration::from_secs(1);
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// A database, asked over a bounded number of connections. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    connector: Arc<Connector>,
    pool: Pool<Connections>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.pool.status())
    }
}

impl Db {
    /// Connects when it is asked. `connections` is the most at a time.
    pub(super) fn new(connector: Arc<Connector>, connections: usize) -> Self {
        let builder = Pool::builder(Connections(connector.clone()))
            .max_size(connections)
            // The one that was used last has the most at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(ACQUIRE_TIMEOUT));
        // Only a pool with timeouts and without a runtime cannot be built.
        let pool = builder.build().unwrap_or_else(|_| unreachable!("a runtime is given"));
        Self { connector, pool }
    }

    /// A connection for more than one statement.
    pub(super) async fn lend(&self) -> Result<Lent, sqlx::Error> {
        match self.pool.get().await {
            Ok(object) => Ok(Lent(Some(object))),
            Err(PoolError::Backend(error)) => Err(error),
            Err(PoolError::Closed) => Err(sqlx::Error::PoolClosed),
            Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    /// Begins a transaction. A connection that turns out to be broken then, when nothing is done yet, is replaced once.
    pub(super) async fn begin(&self) -> Result<Tx, Error> {
        for _ in 0..2 {
            let mut lent = self.lend().await?;
            match in_time(lent.fetch_one("begin; select incarnation()")).await {
                Ok(row) => return Ok(Tx { lent, incarnation: row.try_get(0)? }),
                Err(error) if breaks_connection(&error) => trouble::note(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(sqlx::Error::PoolTimedOut.into())
    }

    /// A connection beside these that hears what is told on a channel.
    pub(super) async fn listen(&self, channel: &'static str) -> Result<PgListener, sqlx::Error> {
        self.connector.listen(channel).await
    }

    /// A connection beside these.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        self.connector.connect().await
    }

    /// Whether what is said to it may be encrypted.
    pub(super) fn may_be_encrypted(&self) -> bool {
        self.connector.may_be_encrypted()
    }

    /// For how long this life of the database has been seen, without another in between.
    pub(super) fn known_for(&self, incarnation: &str) -> Duration {
        self.connector.known_for(incarnation)
    }

    /// Notes which life of the database answers. Connections to another are closed.
    pub fn sees(&self, incarnation: &str) {
        self.connector.known_for(incarnation);
    }

    /// Closes what is idle at once, and the rest when it is given back.
    pub fn close(&self) {
        self.pool.close();
    }
}

#[derive(Debug)]
struct Connections(Arc<Connector>);

impl Manager for Connections {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    /// One from before the last trouble is closed: it may lead to a database that is gone, or can be read only.
    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if trouble::since().is_some_and(|since| metrics.age() >= since) {
            return Err(RecycleError::message("from before the last trouble"));
        }
        if metrics.last_used() > IDLE {
            let answered = timeout(PING_TIMEOUT, connection.ping()).await.is_ok_and(|ping| ping.is_ok());
            if !answered {
                // Those of its age are closed without a try.
                trouble::note();
                return Err(RecycleError::message("does not answer"));
            }
        }
        Ok(())
    }
}

/// A connection out of the pool. Dropped without having been given back it is closed, and the server ends what it was in
/// the middle of.
pub(super) struct Lent(Option<Object<Connections>>);

impl Lent {
    /// To be called where nothing is under way any more.
    pub fn give_back(mut self) {
        self.0 = None;
    }

    /// Gives it back, unless the outcome tells that it is broken.
    fn give_back_after<T>(self, outcome: &Result<T, sqlx::Error>) {
        match outcome {
            Err(error) if breaks_connection(error) => drop(self),
            _ => self.give_back(),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        // Taken by what consumes it alone.
        self.0.as_deref().unwrap_or_else(|| unreachable!("it was not given back"))
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.as_deref_mut().unwrap_or_else(|| unreachable!("it was not given back"))
    }
}

/// A transaction. Dropped, it is rolled back with its connection's end.
pub(super) struct Tx {
    lent: Lent,
    /// The life of the database that it is in.
    pub incarnation: String,
}

impl Tx {
    /// Commits, or says that nobody can tell whether it was committed.
    pub async fn commit(mut self) -> Result<(), Error> {
        in_time(self.lent.execute("commit")).await.map_err(Error::of_commit)?;
        self.lent.give_back();
        Ok(())
    }

    pub async fn rollback(mut self) -> Result<(), Error> {
        in_time(self.lent.execute("rollback")).await?;
        self.lent.give_back();
        Ok(())
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.lent
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.lent
    }
}

/// One statement over any connection.
impl<'p> Executor<'p> for &'p Db {
    type Database = Postgres;

    /// All rows, when the last has come.
    fn fetch_many<'e, 'q, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        'p: 'e,
        'q: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let all = async move {
            let mut lent = self.lend().await?;
            let all = in_time(lent.fetch_many(query).try_collect::<Vec<_>>()).await;
            lent.give_back_after(&all);
            all
        };
        all.map_ok(|all| stream::iter(all.into_iter().map(Ok))).try_flatten_stream().boxed()
    }

    fn fetch_optional<'e, 'q, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'p: 'e,
        'q: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let row = async move {
            let mut lent = self.lend().await?;
            let row = in_time(lent.fetch_optional(query)).await;
            lent.give_back_after(&row);
            row
        };
        row.boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, sqlx::Error>>
    where
        'p: 'e,
    {
        async move { self.lend().await?.prepare_with(sql, parameters).await }.boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<sqlx::Describe<Postgres>, sqlx::Error>>
    where
        'p: 'e,
    {
        async move { self.lend().await?.describe(sql).await }.boxed()
    }
}

/// What is not answered in time breaks the connection.
pub(super) async fn in_time<T, E: From<sqlx::Error>>(
    query: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(QUERY_TIMEOUT, query).await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
}
