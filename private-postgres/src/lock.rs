use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Error, OnPath};

/// Takes the lock on `dir`, held as long as the file lives. The kernel releases it when the
/// process ends, however it ends.
pub(crate) fn take(dir: &Path) -> Result<File, Error> {
    let path = dir.join("postgres.lock");
    // Only its owner may open it: a lock that anyone can take would let anyone stop the server.
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .on("open", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { data_dir: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(source).on("lock", &path),
    }
}
