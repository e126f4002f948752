//! Opening the database: what must hold before the server can work with it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, Row};

use super::connect::{Connector, DatabaseUrl, Encryption, shares_sessions};
use super::error::is_unavailable;
use super::pool::{Db, in_time};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// How often a migration is tried while others hold the tables, and the pause after each.
const MIGRATION_TRIES: u32 = 300;
const MIGRATION_PAUSE: Duration = Duration::from_millis(200);

/// The oldest PostgreSQL that works, as it numbers itself.
const OLDEST_VERSION: i32 = 150_000;

/// Why the server cannot work with this database. One sentence or two each, for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("The database at {at} cannot be reached: {cause}. Check DATABASE_URL and that PostgreSQL runs.")]
    Unreachable { at: String, cause: sqlx::Error },
    #[error("The database at {at} does not let this program in: {cause}. Check DATABASE_URL.")]
    Refused { at: String, cause: sqlx::Error },
    #[error("The connection to the database at {at} cannot be encrypted as DATABASE_URL asks for: {cause}.")]
    Unencrypted { at: String, cause: sqlx::Error },
    #[error("The database is PostgreSQL {0}, and this program needs 15 or later.")]
    TooOld(String),
    #[error(
        "The database is encoded in {0}, and names can be in any language. Make one with: create database … encoding 'UTF8' template template0"
    )]
    Encoding(String),
    #[error(
        "Behind this address is a pooler that hands sessions round between transactions, such as PgBouncer with pool_mode = transaction. \
         Copies of this program hear of changes by listening in a session of their own: use pool_mode = session for this \
         database, or PostgreSQL's own address."
    )]
    SharedSessions,
    #[error(
        "The database was set up by another or newer version of this program (migration {0}). Run that version, or use another database."
    )]
    UnknownSchema(i64),
    #[error(
        "The database's tables are not those of this version, and the role in DATABASE_URL may not change them. \
         Run augno-api-keys migrate with the owner's DATABASE_URL first."
    )]
    MayNotMigrate,
    #[error(
        "The database's tables are in use, so they could not be brought up to date. Try again in a moment."
    )]
    Busy,
    #[error("The database could not be set up: {0}.")]
    Migration(#[source] MigrateError),
}

impl OpenError {
    /// Whether waiting may help: it is not there yet, or not yet to be written to.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// What works, and somebody should know of. One sentence each, for the log of the process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Concern {
    #[error(
        "what is said to the database at {0} is not encrypted; give DATABASE_URL sslmode=verify-full where it offers TLS"
    )]
    Unencrypted(String),
    #[error("the database runs with fsync off: after a power cut, what was answered may be lost")]
    NoFsync,
}

/// How many connections there may be at a time. The copy's lease and the request log have one each beside these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSizes {
    /// For whoever asks: pages, lists and changes.
    pub requests: usize,
    /// For what every request waits for: never behind a long list.
    pub workers: usize,
}

impl PoolSizes {
    /// Fewest connections that everything works with.
    pub const MIN: u16 = 5;

    /// Shares out `connections` in all.
    pub fn of(connections: u16) -> Self {
        let shared = usize::from(connections.max(Self::MIN)) - 2;
        let workers = (shared / 5).clamp(1, 4);
        Self { requests: shared - workers, workers }
    }
}

/// Connections to one database.
#[derive(Clone, Debug)]
pub struct Pools {
    pub requests: Db,
    pub workers: Db,
    /// What was found when it was opened.
    pub concerns: Vec<Concern>,
}

impl Pools {
    /// Connects when somebody asks.
    pub fn new(url: DatabaseUrl, sizes: PoolSizes) -> Self {
        let connector = Arc::new(Connector::new(url));
        Self::over(&connector, sizes)
    }

    fn over(connector: &Arc<Connector>, sizes: PoolSizes) -> Self {
        Self {
            requests: Db::new(connector.clone(), sizes.requests),
            workers: Db::new(connector.clone(), sizes.workers),
            concerns: Vec::new(),
        }
    }

    pub fn close(&self) {
        self.requests.close();
        self.workers.close();
    }
}

/// Looks whether the database will do, and brings its schema up to date. An advisory lock keeps two servers from doing
/// so at once.
pub async fn open(url: DatabaseUrl, sizes: PoolSizes) -> Result<Pools, OpenError> {
    let at = url.names();
    let targets = url.targets.clone();
    let connector = Arc::new(Connector::new(url));
    let failed = |cause| why_not(at.clone(), cause);
    let mut connection = loop {
        let mut one = connector.connect_plain().await.map_err(failed)?;
        let mut other = connector.connect_plain().await.map_err(failed)?;
        // Before anything is set: there it would be set for others.
        if in_time(shares_sessions(&mut one, &mut other)).await.map_err(failed)? {
            return Err(OpenError::SharedSessions);
        }
        let looked_at = connector.first();
        let _ = in_time(one.close()).await;
        let _ = in_time(other.close()).await;
        let connection = connector.connect().await.map_err(failed)?;
        // Another host, where that one can be read only.
        if connector.first() == looked_at {
            break connection;
        }
    };
    let mut concerns = in_time(check_server(&mut connection)).await.map_err(failed)??;
    for target in targets {
        let in_clear = match target.encryption {
            Encryption::NotNeeded | Encryption::Required => false,
            Encryption::Off => true,
            Encryption::Offered => !in_time(is_encrypted(&mut connection)).await.map_err(failed)?,
        };
        if in_clear {
            concerns.push(Concern::Unencrypted(target.name));
        }
    }
    migrate(&mut connection, &at).await?;
    let _ = connection.close().await;
    Ok(Pools { concerns, ..Pools::over(&connector, sizes) })
}

/// Tells apart what may pass from what somebody has to mend.
fn why_not(at: String, cause: sqlx::Error) -> OpenError {
    let code = cause.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    if is_about_tls(&cause) {
        OpenError::Unencrypted { at, cause }
    } else if is_unavailable(&cause) || code.is_empty() && !matches!(cause, sqlx::Error::Configuration(_)) {
        OpenError::Unreachable { at, cause }
    } else {
        OpenError::Refused { at, cause }
    }
}

fn is_about_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        // A certificate that is not trusted breaks the connection.
        sqlx::Error::Io(error) => error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()),
        _ => false,
    }
}

async fn check_server(connection: &mut PgConnection) -> Result<Result<Vec<Concern>, OpenError>, sqlx::Error> {
    let sql = "select current_setting('server_version_num')::int, current_setting('server_version'),
        current_setting('server_encoding'), current_setting('fsync') = 'on'";
    let row = connection.fetch_one(sql).await?;
    if row.try_get::<i32, _>(0)? < OLDEST_VERSION {
        return Ok(Err(OpenError::TooOld(row.try_get(1)?)));
    }
    let encoding: String = row.try_get(2)?;
    if encoding != "UTF8" {
        return Ok(Err(OpenError::Encoding(encoding)));
    }
    let is_safe: bool = row.try_get(3)?;
    Ok(Ok(if is_safe { Vec::new() } else { vec![Concern::NoFsync] }))
}

async fn is_encrypted(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let sql = "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)";
    connection.fetch_one(sql).await?.try_get(0)
}

/// Applies the migrations that are missing.
async fn migrate(connection: &mut PgConnection, at: &str) -> Result<(), OpenError> {
    let failed =
        |cause| if is_forbidden(&cause) { OpenError::MayNotMigrate } else { why_not(at.to_owned(), cause) };
    // Whoever may not change the schema need not, where it is up to date.
    if in_time(is_up_to_date(connection)).await.map_err(failed)? {
        return Ok(());
    }
    // A migration may take its time. It waits for the locks of others only shortly, and then lets them go first.
    let patient =
        "set lock_timeout = '200ms'; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0";
    connection.execute(patient).await.map_err(failed)?;
    for _ in 0..MIGRATION_TRIES {
        match MIGRATIONS.run(&mut *connection).await {
            Err(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _))
                if gave_way(&cause) =>
            {
                tracing::info!("the tables are in use; bringing them up to date is tried again");
                tokio::time::sleep(MIGRATION_PAUSE).await;
            }
            outcome => return outcome.map_err(|error| in_words(error, failed)),
        }
    }
    Err(OpenError::Busy)
}

fn in_words(error: MigrateError, failed: impl FnOnce(sqlx::Error) -> OpenError) -> OpenError {
    match error {
        MigrateError::VersionMissing(version)
        | MigrateError::VersionMismatch(version)
        | MigrateError::VersionTooNew(version, _) => OpenError::UnknownSchema(version),
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)
            if is_unavailable(&cause) || is_forbidden(&cause) =>
        {
            failed(cause)
        }
        error => OpenError::Migration(error),
    }
}

/// Whether a lock was not had in time, or two waited for each other.
fn gave_way(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| ["55P03", "40P01"].contains(&&*code))
}

fn is_forbidden(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501"))
}

/// Whether just our migrations are applied.
async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let kept: bool =
        connection.fetch_one("select to_regclass('_sqlx_migrations') is not null").await?.try_get(0)?;
    if !kept {
        return Ok(false);
    }
    let rows = connection.fetch_all("select version, checksum from _sqlx_migrations where success").await?;
    let mut applied = Vec::with_capacity(rows.len());
    for row in rows {
        applied.push((row.try_get::<i64, _>(0)?, row.try_get::<Vec<u8>, _>(1)?));
    }
    let ours: Vec<_> = MIGRATIONS.iter().map(|ours| (ours.version, ours.checksum.to_vec())).collect();
    Ok(ours.len() == applied.len() && ours.iter().all(|ours| applied.contains(ours)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_shared_out_down_to_the_fewest() {
        let sizes = |connections| (PoolSizes::of(connections).requests, PoolSizes::of(connections).workers);
        assert_eq!(sizes(24), (18, 4));
        assert_eq!(sizes(10), (7, 1));
        assert_eq!(sizes(PoolSizes::MIN), (2, 1));
        assert_eq!(sizes(0), (2, 1));
        assert_eq!(sizes(1000), (994, 4));
    }
}
