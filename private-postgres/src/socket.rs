use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, OnPath};
use crate::place::Place;
use crate::run_user::RunUser;
use crate::short_hash::short_hash;

/// Bytes that a socket's whole path may have on every system: 103 on macOS, 107 on Linux.
const LONGEST_PATH: usize = 103;
const FILE_NAME: &str = ".s.PGSQL.5432";

/// The file through which a server with the socket folder `dir` is reached.
pub(crate) fn file_in(dir: &Path) -> PathBuf {
    dir.join(FILE_NAME)
}

/// The URL of database augno behind the socket folder `dir`, for sqlx and psql alike. Port and TLS
/// mode are spelled out so that no PG* variable in the environment changes them.
pub(crate) fn url(dir: &Path) -> String {
    format!("postgres://augno@localhost:5432/augno?host={}&sslmode=disable", percent_encoded(dir))
}

/// Makes the folder of the socket, which only the user that runs PostgreSQL can enter: beside the
/// cluster, or under the temporary directory when that path is too long for a socket.
pub(crate) fn make_dir(place: &Place) -> Result<PathBuf, Error> {
    let beside = place.dir.join("postgres-socket");
    if fits(&beside) {
        make_private(&place.user, &beside)?;
        return Ok(beside);
    }
    let name = format!("augno-{}", short_hash(&place.dir));
    let candidates = [std::env::temp_dir(), PathBuf::from("/tmp")];
    let short = candidates.iter().map(|temp| temp.join(&name)).filter(|dir| fits(dir));
    for dir in short {
        make_private(&place.user, &dir)?;
        if place.user.can_write(&dir) {
            return Ok(dir);
        }
    }
    Err(Error::NoSocketDir)
}

fn fits(dir: &Path) -> bool {
    dir.as_os_str().len() + 1 + FILE_NAME.len() <= LONGEST_PATH
}

/// Makes `dir` for `user` alone. In a shared temporary directory somebody else may have made it
/// first, to listen in: then it is refused.
fn make_private(user: &RunUser, dir: &Path) -> Result<(), Error> {
    user.make_dir(dir)?;
    let meta = fs::symlink_metadata(dir).on("look at", dir)?;
    let private = meta.is_dir() && meta.permissions().mode() & 0o077 == 0;
    if private && !user.owns(dir)? && meta.uid() == 0 {
        // Ours, from a start that ended between making the folder and giving it away.
        user.give(dir)?;
    }
    if private && user.owns(dir)? { Ok(()) } else { Err(Error::UnsafeSocketDir { dir: dir.to_owned() }) }
}

fn percent_encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: &u8| {
        if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.as_os_str().as_bytes().iter().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_holds_any_path() {
        assert_eq!(
            url(Path::new("/my data/50%")),
            "postgres://augno@localhost:5432/augno?host=%2Fmy%20data%2F50%25&sslmode=disable"
        );
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let temp = tempfile::tempdir()?;
        let dir = temp.path().join("socket");
        let user = RunUser::Ourselves;
        make_private(&user, &dir)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o750))?;
        assert!(matches!(make_private(&user, &dir), Err(Error::UnsafeSocketDir { .. })));

        let link = temp.path().join("link");
        std::os::unix::fs::symlink(&dir, &link)?;
        assert!(matches!(make_private(&user, &link), Err(Error::UnsafeSocketDir { .. })));
        Ok(())
    }
}
