//! Running the server: from the arguments to the last answered request.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Front;
use super::connections;
use super::database::{Database, DatabaseError};
use crate::config::{Config, ServeArgs};
use crate::domain::catalogue::Catalogue;
use crate::sign_in::setup_token::{self, LinkError};
use crate::state::AppState;
use crate::store::sessions::PgSessions;
use crate::store::{self, Db, Pools};
use crate::upstream::{self, DescriptionError, Upstream};
use crate::verify::KeyUses;

/// How long running requests may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Why the server did not start or go on. One sentence each, for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("{0} is taken by another program. Stop that one, or choose another address with --listen.")]
    AddressTaken(SocketAddr),
    #[error("Listening on {0} failed: {1}.")]
    Listen(SocketAddr, std::io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("Making the set-up link failed: {0}.")]
    Link(#[from] LinkError),
    #[error(transparent)]
    Description(#[from] DescriptionError),
    #[error("The certificates of this system, which the upstream is checked by, cannot be read: {0}.")]
    Certificates(std::io::Error),
    #[error("The server cannot make the tables of its request log: {0}.")]
    Log(store::Error),
    #[error("The server stopped: {0}.")]
    Io(#[from] std::io::Error),
}

/// Serves until SIGTERM or Ctrl-C, then finishes running requests and stops the private PostgreSQL.
pub async fn serve(args: ServeArgs) -> Result<(), ServeError> {
    // First, so that a taken port is told before a database is started.
    let listener = bind(args.listen).await?;
    let catalogue = match &args.upstream_openapi {
        Some(file) => upstream::read_description(file)?,
        None => Catalogue::default(),
    };
    let mut stop = StopSignal::listen()?;
    let database = tokio::select! {
        database = Database::open(&args.database) => database?,
        () = stop.received() => return Ok(()),
    };
    let outcome = run(&args, catalogue, listener, &database.pools, stop).await;
    database.close().await?;
    outcome
}

async fn run(
    args: &ServeArgs,
    catalogue: Catalogue,
    listener: TcpListener,
    pools: &Pools,
    mut stop: StopSignal,
) -> Result<(), ServeError> {
    // Leptos runs its futures on the runtime it finds here; a second call in the same process changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let listening = listener.local_addr()?;
    let config = Config::new(args, listening, catalogue);
    let upstream =
        args.upstream.clone().map(|url| Upstream::new(url, Duration::from_secs(args.upstream_timeout)));
    let upstream = upstream.transpose().map_err(ServeError::Certificates)?;
    let db = &pools.requests;
    let state = AppState::new(pools.clone(), config, upstream);
    make_log_days(db).await.map_err(ServeError::Log)?;
    greet(&state, listening).await?;
    let (uses, log, served) = (state.key_uses.clone(), state.log.clone(), state.clone());
    let (stopping, stopped) = watch::channel(());
    let upkeep = tokio::spawn(keep_up(db.clone(), uses.clone(), args.log_days, stopped));
    connections::serve(listener, Front::new(state), GRACE, async || stop.received().await).await;
    served.secrets.forget().await;
    let _ = stopping.send(());
    let _ = tokio::time::timeout(GRACE, upkeep).await;
    if tokio::time::timeout(GRACE, log.settled()).await.is_err() {
        tracing::warn!("rows of requests that were left are not in the request log");
    }
    if let Err(error) = uses.flush(db).await {
        tracing::warn!(%error, "the last uses of keys were not written");
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::AddressTaken(address),
        _ => ServeError::Listen(address, error),
    })
}

/// Tells the person at the terminal where to go.
#[expect(clippy::print_stdout, reason = "the address and the one-time link are this command's output")]
async fn greet(state: &AppState, listening: SocketAddr) -> Result<(), ServeError> {
    let origin = state.config.public_url.origin();
    tracing::info!(%listening, "listening");
    match setup_token::link(&state.db, &state.config.public_url).await? {
        Some(link) => println!("\nOpen this link within an hour to create the first account:\n\n  {link}\n"),
        None => println!("\nAPI keys: {origin}/settings/api-keys\n"),
    }
    Ok(())
}

/// What is done now and then beside the requests.
async fn keep_up(db: Db, uses: KeyUses, log_days: u16, mut stopped: watch::Receiver<()>) {
    let sessions = PgSessions::new(db.clone());
    let mut often = tokio::time::interval(KeyUses::INTERVAL);
    let mut seldom = tokio::time::interval(Duration::from_secs(600));
    loop {
        let done = tokio::select! {
            _ = often.tick() => uses.flush(&db).await,
            _ = seldom.tick() => tidy(&db, &sessions, log_days).await,
            _ = stopped.changed() => return,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "upkeep failed and is tried again");
        }
    }
}

async fn tidy(db: &Db, sessions: &PgSessions, log_days: u16) -> Result<(), store::Error> {
    make_log_days(db).await?;
    sessions.remove_ended().await?;
    store::idempotency::forget_old(db).await?;
    store::replicas::forget_old(db).await?;
    store::sign_in_attempts::forget_old(db).await?;
    // Last: it may find a day in use.
    store::request_log::drop_old(db, store::now(db).await?.date(), log_days).await
}

/// Makes the partitions of the request log ahead: for a week, should nobody be there to make the next ones, and for
/// yesterday, should clocks differ.
async fn make_log_days(db: &Db) -> Result<(), store::Error> {
    let today = store::now(db).await?.date();
    let days: Vec<_> = (-1..=7).map(|ahead| today + time::Duration::days(ahead)).collect();
    store::request_log::add_days(db, &days).await
}

/// SIGTERM or Ctrl-C.
struct StopSignal {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
