use super::{Lighthouse, PAGE, TAB};
use crate::bench::benches::people::Admin;
use crate::bench::benches::server::Server;
use crate::run::{command, run};

/// Prints what Lighthouse thinks of the tab, and what costs points.
pub(super) fn report(lighthouse: &Lighthouse, server: &Server, admin: &Admin) -> anyhow::Result<()> {
    println!("\nLighthouse on {TAB} with {PAGE} keys");
    let mut node = command("node");
    node.arg("score.mjs").current_dir(&lighthouse.dir).env("CHROME_PATH", &lighthouse.chromium);
    // Not as arguments: those can be read by everybody on the machine.
    node.env("AUGNO_PAGE", format!("http://{}{TAB}", server.address)).env("AUGNO_COOKIE", &admin.cookie);
    run(&mut node)
}
