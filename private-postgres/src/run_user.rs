use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, OnPath};

/// The user that runs PostgreSQL: ourselves, or, when we are root, somebody who is not.
#[derive(Debug, Clone)]
pub(crate) enum RunUser {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

impl RunUser {
    /// Who runs the cluster in `cluster`: its owner when it exists, so that data made by one user
    /// stays readable when root takes over or a user `postgres` appears later.
    pub(crate) fn choose(cluster: &Path) -> Result<RunUser, Error> {
        let our_uid = id("-u", None)?;
        let owner = fs::metadata(cluster).ok().map(|meta| (meta.uid(), meta.gid()));
        match owner {
            Some((uid, _)) if our_uid != 0 && uid != our_uid => {
                Err(Error::OtherOwner { path: cluster.to_owned() })
            }
            _ if our_uid != 0 => Ok(RunUser::Ourselves),
            Some((uid, gid)) if uid != 0 => Ok(RunUser::Other { uid, gid }),
            _ => unprivileged(),
        }
    }

    /// A command run by this user in `/`, with a clean environment: no PG* variable of the person
    /// at the terminal reaches PostgreSQL, and messages come in English.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if let RunUser::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Makes `dir`, owned by this user, mode 0700. An existing one is left as it is.
    pub(crate) fn make_dir(&self, dir: &Path) -> Result<(), Error> {
        match fs::DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => self.give(dir),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error).on("make the folder", dir),
        }
    }

    /// Makes this user the owner of `path`.
    pub(crate) fn give(&self, path: &Path) -> Result<(), Error> {
        match self {
            RunUser::Ourselves => Ok(()),
            RunUser::Other { uid, gid } => {
                std::os::unix::fs::lchown(path, Some(*uid), Some(*gid)).on("change the owner of", path)
            }
        }
    }

    /// Whether `path`, itself and not what a link points to, belongs to this user.
    pub(crate) fn owns(&self, path: &Path) -> Result<bool, Error> {
        let uid = match self {
            RunUser::Ourselves => id("-u", None)?,
            RunUser::Other { uid, .. } => *uid,
        };
        Ok(fs::symlink_metadata(path).on("look at", path)?.uid() == uid)
    }

    /// Whether this user really can write in `dir`: tried, not computed, since a closed folder
    /// anywhere above it, an access list or a mount option may stand in the way.
    pub(crate) fn can_write(&self, dir: &Path) -> bool {
        let tested = self.command("test").arg("-w").arg(dir).arg("-a").arg("-x").arg(dir).status();
        tested.is_ok_and(|status| status.success())
    }

    /// Writes a file as this user.
    pub(crate) fn write(&self, path: &Path, content: &str) -> Result<(), Error> {
        let mut command = self.command("sh");
        command.args(["-c", "umask 077; cat > \"$1\"", "sh"]).arg(path);
        output_of(&mut command, Some(content))
            .and_then(|output| check("writing the settings of PostgreSQL", &output))
    }

    /// Removes a file as this user; one that is not there is no error.
    pub(crate) fn remove(&self, path: &Path) -> Result<(), Error> {
        let output = output_of(self.command("rm").arg("-f").arg(path), None)?;
        check("removing a stale postmaster.pid", &output)
    }
}

/// Runs a command to its end, with `input` on its standard input.
pub(crate) fn output_of(command: &mut Command, input: Option<&str>) -> Result<Output, Error> {
    let program = PathBuf::from(command.get_program());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().on("run", &program)?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        stdin.write_all(input.as_bytes()).on("write to", &program)?;
    }
    child.wait_with_output().on("run", &program)
}

/// Turns a command that failed into an error that holds what it said.
pub(crate) fn check(what: &str, output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let said = said.iter().find(|text| !text.is_empty());
    let detail = said.cloned().unwrap_or_else(|| output.status.to_string());
    Err(Error::Failed { what: what.to_owned(), detail })
}

fn unprivileged() -> Result<RunUser, Error> {
    let known =
        |name| Some(RunUser::Other { uid: id("-u", Some(name)).ok()?, gid: id("-g", Some(name)).ok()? });
    known("postgres").or_else(|| known("nobody")).ok_or(Error::NoRunUser)
}

/// A numeric id by way of `id`, which knows every source of users that the machine has.
fn id(flag: &str, user: Option<&str>) -> Result<u32, Error> {
    let output = output_of(Command::new("id").arg(flag).args(user), None)?;
    check("asking for the user's id", &output)?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| Error::Failed {
        what: "asking for the user's id".to_owned(),
        detail: format!("`id` answered {text:?}"),
    })
}
