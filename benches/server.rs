use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::database::Database;
use crate::run::{command, run_quietly};
use crate::workspace;

const PATIENCE: Duration = Duration::from_secs(30);

/// The server under measurement, which stops when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// Of the one-time link.
    pub(super) setup_token: String,
    child: Child,
}

impl Server {
    /// Starts it on a free port, with nothing of its own settings from our environment.
    pub(super) fn start(program: &Path, database: &Database, flags: &[&str]) -> anyhow::Result<Server> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let log = workspace::scratch().join("bench/server.log");
        fs::create_dir_all(workspace::scratch().join("bench"))?;
        let mut serve = command(program);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("AUGNO_") || name == "DATABASE_URL" || name == "RUST_LOG" {
                serve.env_remove(name);
            }
        }
        serve.args(["serve", "--listen", &address.to_string(), "--database-url", database.url()]).args(flags);
        serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let child = serve.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        let mut server = Server { address, setup_token: String::new(), child };
        server.setup_token = server.wait_for_link(&log)?;
        Ok(server)
    }

    /// The token in the link that the server prints once it serves.
    fn wait_for_link(&mut self, log: &PathBuf) -> anyhow::Result<String> {
        let stdout = self.child.stdout.take().context("the server has no output")?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            let token = lines.find_map(|line| Some(line.split_once("/setup?token=")?.1.trim().to_owned()));
            let _ = tell.send(token);
            // The server may go on to print; nobody needs it.
            lines.for_each(drop);
        });
        match told.recv_timeout(PATIENCE) {
            Ok(Some(token)) => Ok(token),
            _ => bail!("the server did not start:\n{}", fs::read_to_string(log).unwrap_or_default()),
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        self.shut_down()
    }

    /// Lets it finish, and ends it when it does not.
    fn shut_down(&mut self) -> anyhow::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        run_quietly(command("kill").arg("-TERM").arg(self.pid().to_string()))?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > PATIENCE {
                self.child.kill()?;
                self.child.wait()?;
                bail!("the server did not stop when asked and was killed");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whatever went wrong before is told already.
        let _ = self.shut_down();
    }
}
