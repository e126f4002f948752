use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Child;
use std::thread;
use std::time::{Duration, SystemTime};

use super::build::build_server;
use super::serve::needs_postgres;
use crate::run::{command, run_quietly};
use crate::step::{say, step};
use crate::workspace::{self, Profile};
use crate::{browser, files, setup};

const WATCHED: &[&str] = &[
    "src",
    "style",
    "public",
    "migrations",
    ".sqlx",
    "build.rs",
    "Cargo.toml",
    "Cargo.lock",
    "private-postgres/src",
];
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Runs a debug server, and builds and starts it anew when a source changes, until interrupted.
pub(crate) fn dev(flags: &[String]) -> anyhow::Result<()> {
    if needs_postgres(flags) {
        setup::postgres()?;
    }
    let mut server: Option<Child> = None;
    loop {
        let built_from = snapshot()?;
        // The old server stays while the new one is built, and when it cannot be built.
        match browser::build(Profile::Debug).and_then(|()| {
            step("Building the server", "about 4 minutes the first time", || build_server(Profile::Debug))
        }) {
            Ok(()) => {
                server.take().map(stop).transpose()?;
                server = Some(command(workspace::server(Profile::Debug)).arg("serve").args(flags).spawn()?);
            }
            Err(error) => say(&format!("{error:#}; waiting for the next change")),
        }
        wait_for_change(&built_from, &mut server)?;
        say("Something changed");
    }
}

/// Lets the server finish running requests and stop its PostgreSQL.
fn stop(mut server: Child) -> anyhow::Result<()> {
    if server.try_wait()?.is_none() {
        run_quietly(command("kill").arg("-TERM").arg(server.id().to_string()))?;
        server.wait()?;
    }
    Ok(())
}

/// Returns when the sources differ from `known` and have come to rest.
fn wait_for_change(known: &Snapshot, server: &mut Option<Child>) -> anyhow::Result<()> {
    let mut last = snapshot()?;
    loop {
        thread::sleep(LOOK_EVERY);
        let now = snapshot()?;
        if now != *known && now == last {
            return Ok(());
        }
        last = now;
        if let Some(ended) = server.as_mut().map(Child::try_wait).transpose()?.flatten() {
            say(&format!("The server ended ({ended}); waiting for the next change"));
            *server = None;
        }
    }
}

/// When each watched file was last written.
type Snapshot = BTreeMap<PathBuf, Option<SystemTime>>;

fn snapshot() -> anyhow::Result<Snapshot> {
    let mut snapshot = Snapshot::new();
    for watched in WATCHED {
        let path = workspace::root().join(watched);
        let files = if path.is_file() { vec![path] } else { files::under(&path)? };
        // A file that vanishes in between counts as changed.
        snapshot.extend(files.into_iter().map(|file| {
            let written = file.metadata().and_then(|meta| meta.modified()).ok();
            (file, written)
        }));
    }
    Ok(snapshot)
}
