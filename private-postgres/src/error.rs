use std::io;
use std::path::{Path, PathBuf};

/// Why a cluster could not be started, found or stopped. Each is one sentence for the person at
/// the terminal, which says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the data directory {} is in use by another running server: stop that one, or choose another --data-dir", .data_dir.display())]
    InUse { data_dir: PathBuf },

    #[error(
        "PostgreSQL is not installed: install it with `{install}`, or set DATABASE_URL to use a database of your own"
    )]
    NotInstalled { install: &'static str },

    #[error("PG_BIN is set to {}, which lacks initdb, pg_ctl or postgres: point it at the folder that holds them, or unset it", .dir.display())]
    WrongPgBin { dir: PathBuf },

    #[error("the data in {} was written by PostgreSQL {wanted}, but only version {found} is installed: install PostgreSQL {wanted}, or move the data with pg_dump", .cluster.display())]
    OtherVersion { cluster: PathBuf, wanted: String, found: String },

    #[error("{} belongs to another user: start as the user who made it, or choose another --data-dir", .path.display())]
    OtherOwner { path: PathBuf },

    #[error("the user that runs PostgreSQL cannot reach its data in {}: open the folders above it to others (chmod o+x), or give the data back to that user", .cluster.display())]
    ShutOff { cluster: PathBuf },

    #[error("{} is not a folder that only PostgreSQL's user can enter: remove it and start again", .dir.display())]
    UnsafeSocketDir { dir: PathBuf },

    #[error("no folder short enough for a unix socket was found: choose a --data-dir with a shorter path")]
    NoSocketDir,

    #[error(
        "PostgreSQL refuses to run as root and there is neither a user postgres nor a user nobody: start as an ordinary user"
    )]
    NoRunUser,

    #[error("{what} failed: {detail}")]
    Failed { what: String, detail: String },

    #[error("cannot {what} {}: {source}", .path.display())]
    Io { what: &'static str, path: PathBuf, source: io::Error },
}

/// Names what was tried on which path, so that an I/O error makes a whole sentence.
pub(crate) trait OnPath<T> {
    fn on(self, what: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> OnPath<T> for io::Result<T> {
    fn on(self, what: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io { what, path: path.to_owned(), source })
    }
}
