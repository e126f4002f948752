//! The database: one that the operator names, or a private PostgreSQL under the data directory.

use std::time::Duration;

use private_postgres::Cluster;

use super::config::DatabaseArgs;
use crate::store::{self, OpenError, Pools};

/// Longest wait for connections to end.
const PATIENCE: Duration = Duration::from_secs(5);

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
    Private(#[from] private_postgres::Error),
    #[error("Starting PostgreSQL was interrupted.")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl Database {
    /// For the server: starts the private cluster unless a URL is given.
    pub async fn open(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        if let Some(url) = args.given_url() {
            return Ok(Self { pools: store::open(url).await?, cluster: None });
        }
        let data_dir = args.data_dir.clone();
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&data_dir, &mut say)).await??;
        match store::open(cluster.url()).await {
            Ok(pools) => Ok(Self { pools, cluster: Some(cluster) }),
            Err(error) => {
                tokio::task::spawn_blocking(move || cluster.stop()).await??;
                Err(error.into())
            }
        }
    }

    /// For the other commands: uses the private cluster of a running server where there is one.
    pub async fn open_beside(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        if args.given_url().is_none() {
            let data_dir = args.data_dir.clone();
            let running = tokio::task::spawn_blocking(move || Cluster::running(&data_dir)).await??;
            if let Some(url) = running {
                return Ok(Self { pools: store::open(&url).await?, cluster: None });
            }
        }
        Self::open(args).await
    }

    /// Ends the connections, then the private cluster.
    pub async fn close(self) -> Result<(), DatabaseError> {
        // A query that waits for somebody else's lock must not keep the server from stopping.
        let _ = tokio::time::timeout(PATIENCE, self.pools.close()).await;
        if let Some(cluster) = self.cluster {
            tokio::task::spawn_blocking(move || cluster.stop()).await??;
        }
        Ok(())
    }
}

#[expect(clippy::print_stderr, reason = "tells the person at the terminal, as the command line does")]
fn say(sentence: &str) {
    eprintln!("{sentence}");
}
