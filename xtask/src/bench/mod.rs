//! `cargo xtask bench`: gets ready what the measurements in `benches/` need, and runs them.

mod wrk;

#[path = "../../../benches/console/mod.rs"]
mod console;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::step::say;
use crate::{commands, setup, workspace};
use console::{Lighthouse, Tools};

/// Builds everything, or takes the server that `AUGNO_SERVER_BIN` names, and prints its figures.
pub(crate) fn bench() -> anyhow::Result<()> {
    setup::postgres()?;
    wrk::ready()?;
    let lighthouse = lighthouse();
    let server = match env::var_os("AUGNO_SERVER_BIN").filter(|path| !path.is_empty()) {
        Some(path) => Path::new(&path).canonicalize().context("AUGNO_SERVER_BIN names no program")?,
        None => commands::build()?,
    };
    let tools = Tools { server, lighthouse: lighthouse.as_ref().ok().cloned() };
    console::measure(&tools)?;
    if let Err(missing) = lighthouse {
        say(&format!("Lighthouse was left out: {missing:#}"));
    }
    Ok(())
}

fn lighthouse() -> anyhow::Result<Lighthouse> {
    let dir: PathBuf = workspace::root().join("benches/lighthouse");
    let chromium = setup::chromium()?;
    setup::install_packages(&dir, "Lighthouse", "about 20 seconds")?;
    Ok(Lighthouse { dir, chromium })
}
