use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::run::{command, exists, run_quietly};

/// Whether we may install packages here: as root, on Debian or one of its kin.
pub(crate) fn may_install() -> bool {
    let root = std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0);
    root && Path::new("/etc/debian_version").exists() && exists("apt-get")
}

/// Installs a package and what it needs, without questions.
pub(crate) fn install(package: &str) -> anyhow::Result<()> {
    run_quietly(command("apt-get").arg("update"))?;
    let mut install = command("apt-get");
    install
        .args(["install", "--yes", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        // What is installed for tests is not started as a service.
        .env("RUNLEVEL", "1");
    run_quietly(&mut install).map(drop)
}
