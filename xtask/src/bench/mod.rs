//! `cargo xtask bench`: gets ready what the measurements in `benches/` need, and runs them.

#[path = "../../../benches/mod.rs"]
mod benches;
mod tools;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::step::say;
use crate::{commands, setup, workspace};
use benches::{Lighthouse, Tools};

/// Builds everything, or takes the server that `AUGNO_SERVER_BIN` names, and prints its figures.
pub(crate) fn bench() -> anyhow::Result<()> {
    setup::postgres()?;
    tools::wrk()?;
    let lighthouse = lighthouse();
    let server = match env::var_os("AUGNO_SERVER_BIN").filter(|path| !path.is_empty()) {
        Some(path) => Path::new(&path).canonicalize().context("AUGNO_SERVER_BIN names no program")?,
        None => commands::build()?,
    };
    let nginx = tools::nginx();
    let tools =
        Tools { server, lighthouse: lighthouse.as_ref().ok().cloned(), nginx: nginx.as_ref().ok().cloned() };
    benches::measure(&tools)?;
    if let Err(missing) = nginx {
        say(&format!("The comparison with nginx was left out: {missing:#}"));
    }
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
