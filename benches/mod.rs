//! The figures: the release server on a database of its own, asked over loopback, side by side with peers.
//! Compiled into xtask, which has built the server before. Nothing here passes or fails by a time.

mod console;
mod database;
mod gateway;
mod http;
mod memory;
mod people;
mod server;
mod wrk;

pub(crate) use console::Lighthouse;

use std::path::PathBuf;

/// What the measurements run.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The server's program.
    pub(crate) server: PathBuf,
    /// None leaves Lighthouse out.
    pub(crate) lighthouse: Option<Lighthouse>,
    /// None leaves the comparison with nginx out.
    pub(crate) nginx: Option<PathBuf>,
}

/// Measures and prints everything, in about four minutes. What was started is stopped again.
pub(crate) fn measure(tools: &Tools) -> anyhow::Result<()> {
    console::measure(tools)?;
    gateway::measure(tools)
}
