//! The database: one that the operator names, or a private PostgreSQL under the data directory.

use std::path::PathBuf;
use std::time::Duration;

use private_postgres::Cluster;

use crate::config::DatabaseArgs;
use crate::store::{self, DatabaseUrl, OpenError, PoolSizes, Pools, UrlError};

/// Between two looks for a database that is not there yet.
const PAUSE: Duration = Duration::from_secs(1);

/// An open database, and the private cluster it lies in, if this process started that.
#[derive(Debug)]
pub struct Database {
    pub pools: Pools,
    cluster: Option<Cluster>,
}

/// Why there is no database. One sentence each, for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error(
        "There is no database yet in {0}. Start the server first (augno-api-keys serve), or name the database with --database-url."
    )]
    None(PathBuf),
    #[error(transparent)]
    Private(#[from] private_postgres::Error),
    #[error("Starting PostgreSQL was interrupted.")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl Database {
    /// For the server: starts the private cluster unless a URL is given, and waits for a database that is not there yet.
    pub async fn open(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        if let Some(url) = args.given_url() {
            return Ok(Self { pools: wait_for(url?, args.pool_sizes()).await?, cluster: None });
        }
        let data_dir = args.data_dir.clone();
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&data_dir, &mut say)).await??;
        match store::open(private_url(cluster.url())?, args.pool_sizes()).await {
            Ok(pools) => Ok(Self { pools, cluster: Some(cluster) }),
            Err(error) => {
                tokio::task::spawn_blocking(move || cluster.stop()).await??;
                Err(error.into())
            }
        }
    }

    /// For the other commands: uses the private cluster of a running server, or starts the one that is there. Neither
    /// waits nor makes one.
    pub async fn open_beside(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        let url = match args.given_url() {
            Some(url) => url?,
            None => {
                let data_dir = args.data_dir.clone();
                let running = tokio::task::spawn_blocking(move || Cluster::running(&data_dir)).await??;
                let Some(url) = running else {
                    if Cluster::exists(&args.data_dir)? {
                        return Self::open(args).await;
                    }
                    return Err(DatabaseError::None(args.data_dir.clone()));
                };
                private_url(&url)?
            }
        };
        Ok(Self { pools: store::open(url, PoolSizes::of(PoolSizes::MIN)).await?, cluster: None })
    }

    /// Ends the connections, then the private cluster.
    pub async fn close(self) -> Result<(), DatabaseError> {
        self.pools.close();
        if let Some(cluster) = self.cluster {
            tokio::task::spawn_blocking(move || cluster.stop()).await??;
        }
        Ok(())
    }
}

/// Opens the database when it is there. Says once that it waits.
async fn wait_for(url: DatabaseUrl, sizes: PoolSizes) -> Result<Pools, DatabaseError> {
    let mut said = false;
    loop {
        match store::open(url.clone(), sizes).await {
            Err(error) if error.may_pass() => {
                if !said {
                    tracing::warn!(%error, "waiting for the database");
                }
                said = true;
                tokio::time::sleep(PAUSE).await;
            }
            opened => {
                let pools = opened?;
                pools.concerns.iter().for_each(|concern| tracing::warn!("{concern}"));
                return Ok(pools);
            }
        }
    }
}

/// Without a look at the environment, which is about other databases.
fn private_url(url: &str) -> Result<DatabaseUrl, UrlError> {
    DatabaseUrl::parse(url, |_| None)
}

#[expect(clippy::print_stderr, reason = "tells the person at the terminal, as the command line does")]
fn say(sentence: &str) {
    eprintln!("{sentence}");
}
