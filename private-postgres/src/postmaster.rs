use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::plain_file;
use crate::socket;

/// What a running PostgreSQL tells of itself in the file postmaster.pid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pid: u32,
    pub(crate) socket_dir: PathBuf,
    pub(crate) ready: bool,
}

pub(crate) fn pid_file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

impl Postmaster {
    /// The server that has `cluster` open. None when there is none, or only the file that a killed
    /// one left behind.
    pub(crate) fn of(cluster: &Path) -> Option<Postmaster> {
        let postmaster = parse(&plain_file::read(&pid_file(cluster)).ok()?)?;
        is_postgres(postmaster.pid, cluster).then_some(postmaster)
    }

    /// Whether it takes connections.
    pub(crate) fn answers(&self) -> bool {
        self.ready && UnixStream::connect(socket::file_in(&self.socket_dir)).is_ok()
    }
}

/// The lines are: process id, data directory, start time, port, socket folder, address, shared
/// memory key, status.
fn parse(text: &str) -> Option<Postmaster> {
    let lines: Vec<&str> = text.lines().collect();
    Some(Postmaster {
        pid: lines.first()?.trim().parse().ok()?,
        socket_dir: PathBuf::from(lines.get(4).copied().unwrap_or_default()),
        ready: lines.get(7).is_some_and(|status| status.trim() == "ready"),
    })
}

/// After a restart of the machine the process id may belong to some other program.
fn is_postgres(pid: u32, cluster: &Path) -> bool {
    if !Path::new("/proc/self").exists() {
        let ps = Command::new("ps").args(["-o", "comm=", "-p"]).arg(pid.to_string()).output();
        return ps.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"));
    }
    // It works in its data directory. Root without the right to trace others sees only its name.
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(cwd) => cluster.canonicalize().is_ok_and(|cluster| cwd == cluster),
        Err(_) => fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_starting_is_not_ready() {
        let text = "4242\n/d/postgres\n1700000000\n5432\n/d/postgres-socket\n\n   5432001  3\n";
        let socket_dir = PathBuf::from("/d/postgres-socket");
        let starting = Postmaster { pid: 4242, socket_dir: socket_dir.clone(), ready: false };
        assert_eq!(parse(&format!("{text}starting\n")), Some(starting));
        assert_eq!(
            parse(&format!("{text}ready   \n")),
            Some(Postmaster { pid: 4242, socket_dir, ready: true })
        );
        assert_eq!(parse(""), None);
    }
}
