//! The peers and the load.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::run::exists;
use crate::setup::debian;
use crate::step::step;

/// Makes sure that wrk, which makes the load, is there.
pub(super) fn wrk() -> anyhow::Result<()> {
    if exists("wrk") {
        return Ok(());
    }
    if debian::may_install() {
        step("Installing wrk (Debian's package wrk)", "a few seconds", || debian::install("wrk"))?;
    }
    if !exists("wrk") {
        bail!(
            "wrk is not installed; install it (Debian: `sudo apt-get install wrk`, macOS: `brew install wrk`)"
        );
    }
    Ok(())
}

/// The program of nginx, which the gateway is measured beside. Never installed: its package starts a server.
pub(super) fn nginx() -> anyhow::Result<PathBuf> {
    // Debian keeps it where only root looks.
    let known = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"];
    match known.map(Path::new).into_iter().find(|path| path.is_file()) {
        Some(nginx) => Ok(nginx.to_owned()),
        None => bail!(
            "nginx is not installed (Debian: `sudo apt-get install nginx-light`, macOS: `brew install nginx`)"
        ),
    }
}
