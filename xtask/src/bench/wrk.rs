use anyhow::bail;

use crate::run::exists;
use crate::setup::debian;
use crate::step::step;

/// Makes sure that wrk, which makes the load, is there.
pub(crate) fn ready() -> anyhow::Result<()> {
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
