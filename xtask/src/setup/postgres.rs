use std::fs;
use std::path::Path;

use anyhow::Context;

use super::debian;
use crate::files;
use crate::step::step;

/// Makes sure that the programs of a PostgreSQL server are there.
pub(crate) fn postgres() -> anyhow::Result<()> {
    let missing = match private_postgres::find_binaries() {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    if !debian::may_install() {
        return Err(missing.into());
    }
    step("Installing PostgreSQL (Debian's package postgresql)", "about a minute", || {
        debian::install("postgresql-common")?;
        without_main_cluster(|| debian::install("postgresql"))
    })?;
    private_postgres::find_binaries().map(drop).context("the package brought no server")
}

/// Runs an installation that would make and start a cluster of its own, and keeps it from that.
fn without_main_cluster(install: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    let before = files::read(settings)?;
    fs::write(settings, [before.as_slice(), b"\ncreate_main_cluster = false\n"].concat())
        .with_context(|| format!("cannot write {}", settings.display()))?;
    let installed = install();
    fs::write(settings, before).with_context(|| format!("cannot write {}", settings.display()))?;
    installed
}
