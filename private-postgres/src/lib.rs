//! A private PostgreSQL cluster kept under a data directory and reached by a unix socket only.
//!
//! Under the place of a cluster (the data directory, or where the data directory's
//! `postgres-location` points) lie:
//!
//! ```text
//! postgres.lock     held by the process that owns the running cluster
//! postgres/         PostgreSQL's own data directory, with augno.conf and server.log
//! postgres-socket/  the socket, mode 0700; in the temporary directory when this path is too long
//! ```
//!
//! PostgreSQL refuses to run as root. Then it runs as an unprivileged user, and every file inside
//! `postgres/` is written by that user too, and read only where it is a plain file: root never follows
//! a path which that user could bend.

mod binaries;
mod cluster;
mod error;
mod initialise;
mod lock;
mod place;
mod plain_file;
mod postmaster;
mod run_user;
mod settings;
mod short_hash;
mod socket;

pub use binaries::{find_binaries, install_command};
pub use cluster::Cluster;
pub use error::Error;
pub use settings::Purpose;
