use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::binaries::binaries_for;
use crate::error::{Error, OnPath};
use crate::initialise::initialise;
use crate::place::{self, Place};
use crate::postmaster::{Postmaster, pid_file};
use crate::run_user::{check, output_of};
use crate::settings::{self, Purpose};
use crate::{lock, plain_file, socket};

/// Longest wait for PostgreSQL to start (it may have a crash to recover from) or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running cluster that this process owns. Stopped when dropped.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    bin: PathBuf,
    url: String,
    running: bool,
    /// Let go last, when PostgreSQL has stopped.
    _locks: Vec<File>,
}

impl Cluster {
    /// Starts the cluster kept under `data_dir`, which is made first when there is none. One that a
    /// killed server left running is taken over. `say` gets sentences for the person at the
    /// terminal. [`Error::InUse`] when another process holds it.
    pub fn start(data_dir: &Path, say: &mut dyn FnMut(&str)) -> Result<Cluster, Error> {
        Cluster::start_for(data_dir, Purpose::Keep, say)
    }

    /// As [`Cluster::start`], with the settings that `purpose` asks for.
    pub fn start_for(data_dir: &Path, purpose: Purpose, say: &mut dyn FnMut(&str)) -> Result<Cluster, Error> {
        fs::create_dir_all(data_dir).on("make the folder", data_dir)?;
        let data_dir = data_dir.canonicalize().on("look at", data_dir)?;
        let mut locks = vec![lock::take(&data_dir)?];
        let place = place::settle(&data_dir, purpose, say)?;
        if place.dir != data_dir {
            // A copy of the data directory would point to the same place.
            locks.push(lock::take(&place.dir)?);
        }
        let cluster = place.cluster();
        let bin = binaries_for(&cluster)?;
        if !place::has_data(&cluster)? {
            say("Making a private PostgreSQL cluster (a few seconds).");
            initialise(&place, &bin, purpose)?;
        }
        let postmaster = match left_running(&cluster)? {
            Some(postmaster) => postmaster,
            None => launch(&place, &bin, purpose)?,
        };
        let url = socket::url(&postmaster.socket_dir);
        Ok(Cluster { place, bin, url, running: true, _locks: locks })
    }

    /// The URL of the cluster of `data_dir` that another process started, for commands beside a
    /// running server. None when it does not run.
    pub fn running(data_dir: &Path) -> Result<Option<String>, Error> {
        let data_dir = match data_dir.canonicalize() {
            Ok(dir) => dir,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).on("look at", data_dir),
        };
        let Some(dir) = place::find(&data_dir)? else {
            return Ok(None);
        };
        let postmaster = Postmaster::of(&place::cluster_in(&dir)).filter(Postmaster::answers);
        Ok(postmaster.map(|postmaster| socket::url(&postmaster.socket_dir)))
    }

    /// Whether there is a cluster of `data_dir`, running or not.
    pub fn exists(data_dir: &Path) -> Result<bool, Error> {
        match data_dir.canonicalize() {
            Ok(dir) => Ok(place::find(&dir)?.is_some()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).on("look at", data_dir),
        }
    }

    /// The URL of database `augno`, of which the user `augno` may do everything.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends all connections and stops PostgreSQL; returns when it has stopped.
    pub fn stop(mut self) -> Result<(), Error> {
        self.shut_down()
    }

    fn shut_down(&mut self) -> Result<(), Error> {
        if !std::mem::take(&mut self.running) {
            return Ok(());
        }
        let mut pg_ctl = pg_ctl(&self.place, &self.bin);
        pg_ctl.args(["stop", "--mode=fast", "--wait"]).arg(timeout_arg());
        pg_ctl.arg("--pgdata").arg(self.place.cluster());
        check("stopping PostgreSQL", &output_of(&mut pg_ctl, None)?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nobody is left to tell; the next start takes over what still runs.
        let _ = self.shut_down();
    }
}

/// The server that already has the cluster open, once it takes connections. One that is on its way
/// out is waited for.
fn left_running(cluster: &Path) -> Result<Option<Postmaster>, Error> {
    let begun = Instant::now();
    loop {
        match Postmaster::of(cluster) {
            None => return Ok(None),
            Some(postmaster) if postmaster.answers() => return Ok(Some(postmaster)),
            Some(_) if begun.elapsed() > PATIENCE => {
                return Err(Error::Failed {
                    what: "taking over the PostgreSQL left running".to_owned(),
                    detail: format!("it does not answer; see {}", log_file(cluster).display()),
                });
            }
            Some(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn launch(place: &Place, bin: &Path, purpose: Purpose) -> Result<Postmaster, Error> {
    let cluster = place.cluster();
    // Nobody runs it, as was just seen: what is left is the file of one that was killed.
    place.user.remove(&pid_file(&cluster))?;
    let socket_dir = socket::make_dir(place)?;
    place.user.write(&cluster.join("augno.conf"), &settings::conf(&socket_dir, purpose))?;

    let mut pg_ctl = pg_ctl(place, bin);
    pg_ctl.args(["start", "--wait", "--silent"]).arg(timeout_arg());
    pg_ctl.arg("--pgdata").arg(&cluster).arg("--log").arg(log_file(&cluster));
    let failed = |detail: String| Error::Failed { what: "starting PostgreSQL".to_owned(), detail };
    let output = output_of(&mut pg_ctl, None)?;
    if !output.status.success() {
        return Err(failed(last_words(&cluster)));
    }
    Postmaster::of(&cluster).ok_or_else(|| failed("it ended at once".to_owned()))
}

/// Ctrl-C in the terminal is for the server, which lets this finish and stops PostgreSQL in its time.
fn pg_ctl(place: &Place, bin: &Path) -> Command {
    let mut pg_ctl = place.user.command(bin.join("pg_ctl"));
    pg_ctl.process_group(0);
    pg_ctl
}

fn timeout_arg() -> String {
    format!("--timeout={}", PATIENCE.as_secs())
}

fn log_file(cluster: &Path) -> PathBuf {
    cluster.join("server.log")
}

/// The last failure in PostgreSQL's log, and where to read more.
fn last_words(cluster: &Path) -> String {
    let log = log_file(cluster);
    let text = plain_file::read(&log).unwrap_or_default();
    let failure = text.lines().rev().find(|line| line.contains("FATAL:") || line.contains("PANIC:"));
    let failure =
        failure.and_then(|line| line.split_once(":  ")).map_or("it did not say why", |(_, words)| words);
    format!("{failure}; see {}", log.display())
}

#[cfg(test)]
mod tests;
