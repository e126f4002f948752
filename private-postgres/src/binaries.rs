use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::plain_file;

/// The folder of PostgreSQL's server programs: `PG_BIN` when set, else the newest that is found by
/// `pg_config`, in the usual places of Linux distributions and Homebrew, and on the `PATH`.
pub fn find_binaries() -> Result<PathBuf, Error> {
    newest(installed()?).map(|found| found.dir)
}

/// The programs that can open the data in `cluster`, which only those of its own major version can;
/// the newest when there is no data yet.
pub(crate) fn binaries_for(cluster: &Path) -> Result<PathBuf, Error> {
    let installed = installed()?;
    let Ok(wanted) = plain_file::read(&cluster.join("PG_VERSION")) else {
        return newest(installed).map(|found| found.dir);
    };
    let wanted = wanted.trim().to_owned();
    match installed.iter().find(|found| found.major.to_string() == wanted) {
        Some(found) => Ok(found.dir.clone()),
        None => {
            let found = newest(installed)?.major.to_string();
            Err(Error::OtherVersion { cluster: cluster.to_owned(), wanted, found })
        }
    }
}

/// The command that installs PostgreSQL's server programs on this machine.
pub fn install_command() -> &'static str {
    let package_managers = [
        ("apt-get", "sudo apt-get install -y postgresql"),
        ("dnf", "sudo dnf install -y postgresql-server"),
        ("zypper", "sudo zypper install -y postgresql-server"),
        ("pacman", "sudo pacman -S postgresql"),
        ("apk", "sudo apk add postgresql"),
        ("brew", "brew install postgresql@17"),
    ];
    let on_path = |program: &str| path_dirs().iter().any(|dir| dir.join(program).is_file());
    package_managers
        .into_iter()
        .find(|(program, _)| on_path(program))
        .map_or("the package manager of your system (package postgresql)", |(_, command)| command)
}

#[derive(Debug)]
struct Found {
    major: u32,
    dir: PathBuf,
}

fn newest(installed: Vec<Found>) -> Result<Found, Error> {
    // Of equals the first found: its folder holds the other programs of PostgreSQL too.
    let newest = installed.into_iter().min_by_key(|found| Reverse(found.major));
    newest.ok_or_else(|| Error::NotInstalled { install: install_command() })
}

fn installed() -> Result<Vec<Found>, Error> {
    if let Some(dir) = env::var_os("PG_BIN").filter(|dir| !dir.is_empty()).map(PathBuf::from) {
        return look_in(&dir).map(|found| vec![found]).ok_or(Error::WrongPgBin { dir });
    }
    let mut dirs: Vec<PathBuf> = pg_config_dir().into_iter().collect();
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/usr/libexec", "postgresql"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
    ] {
        dirs.extend(subfolders(Path::new(parent), prefix));
    }
    dirs.extend(path_dirs());
    Ok(dirs.iter().filter_map(|dir| look_in(dir)).collect())
}

/// The folders of `parent` whose names begin with `prefix`, and the `bin` in each.
fn subfolders(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .flat_map(|entry| [entry.path().join("bin"), entry.path()])
        .collect()
}

fn look_in(dir: &Path) -> Option<Found> {
    if !["initdb", "pg_ctl", "postgres"].iter().all(|program| dir.join(program).is_file()) {
        return None;
    }
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let major = major_version(&String::from_utf8_lossy(&output.stdout))?;
    Some(Found { major, dir: dir.to_owned() })
}

/// 15 from "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)".
fn major_version(said: &str) -> Option<u32> {
    let version = said.split_once("(PostgreSQL) ")?.1;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn pg_config_dir() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn path_dirs() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version("something else"), None);
    }
}
