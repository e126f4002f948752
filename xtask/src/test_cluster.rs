//! The PostgreSQL in which tests make their databases.

use private_postgres::{Cluster, Purpose};

use crate::step::say;
use crate::workspace;

/// Starts it. It stops when dropped.
pub(crate) fn start() -> anyhow::Result<Cluster> {
    let data_dir = workspace::scratch().join("postgres");
    Ok(Cluster::start_for(&data_dir, Purpose::Tests, &mut say)?)
}

/// The URL of another database in it.
pub(crate) fn url_of(cluster: &Cluster, database: &str) -> String {
    cluster.url().replacen("/augno?", &format!("/{database}?"), 1)
}
