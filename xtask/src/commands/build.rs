use std::path::PathBuf;

use crate::browser;
use crate::run::{cargo, run};
use crate::step::step;
use crate::workspace::{self, Profile};

/// Builds the browser part and the server that holds it. The server's program.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    browser::build(Profile::Release)?;
    step("Building the server", "about 4 minutes the first time", || build_server(Profile::Release))?;
    Ok(workspace::server(Profile::Release))
}

/// Compiles the server with the browser part that lies ready.
pub(crate) fn build_server(profile: Profile) -> anyhow::Result<()> {
    let mut build = cargo();
    build.args(["build", "--features", "ssr", "--bin", "augno-api-keys"]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    run(&mut build)
}
