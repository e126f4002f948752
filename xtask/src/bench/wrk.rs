use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::bail;

use crate::run::{command, exists, run_quietly};
use crate::step::step;

/// Makes sure that wrk, which makes the load, is there.
pub(crate) fn ready() -> anyhow::Result<()> {
    if exists("wrk") {
        return Ok(());
    }
    let root = std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0);
    if root && Path::new("/etc/debian_version").exists() && exists("apt-get") {
        step("Installing wrk (Debian's package wrk)", "a few seconds", || {
            run_quietly(command("apt-get").arg("update"))?;
            let mut install = command("apt-get");
            install.args(["install", "--yes", "--no-install-recommends", "wrk"]);
            run_quietly(install.env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
    }
    if !exists("wrk") {
        bail!(
            "wrk is not installed; install it (Debian: `sudo apt-get install wrk`, macOS: `brew install wrk`)"
        );
    }
    Ok(())
}
