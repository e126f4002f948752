use anyhow::bail;

use super::debian;
use crate::run::exists;
use crate::step::step;

/// The pooler that the tests put before the database.
pub(crate) fn pgbouncer() -> anyhow::Result<()> {
    if !is_there() && debian::may_install() {
        step("Installing PgBouncer (Debian's package pgbouncer)", "a few seconds", || {
            debian::install("pgbouncer")
        })?;
    }
    if !is_there() {
        bail!("PgBouncer is not installed; install it (Debian: `sudo apt-get install pgbouncer`)");
    }
    Ok(())
}

/// Debian keeps it off the path of ordinary users.
fn is_there() -> bool {
    exists("pgbouncer") || exists("/usr/sbin/pgbouncer")
}
