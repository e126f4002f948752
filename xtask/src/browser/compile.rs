use crate::files;
use crate::run::{cargo, run};
use crate::setup::{self, WASM};
use crate::step::{say, step};
use crate::workspace::{self, Profile};

/// Compiles the library for the browser. None when this machine cannot.
pub(crate) fn compile(profile: Profile) -> anyhow::Result<Option<Vec<u8>>> {
    if let Err(error) = setup::wasm_target() {
        say(&format!("Pages will work without WebAssembly: {error:#}"));
        return Ok(None);
    }
    let (cargo_profile, dir, expected) = match profile {
        Profile::Release => ("wasm-release", "wasm-release", "about 3 minutes the first time"),
        Profile::Debug => ("dev", "debug", "about 2 minutes the first time"),
    };
    step("Compiling the browser part", expected, || {
        let mut build = cargo();
        build.args(["build", "--lib", "--target", WASM, "--features", "hydrate", "--profile", cargo_profile]);
        run(&mut build)
    })?;
    let compiled = workspace::target().join(WASM).join(dir).join("augno_api_keys.wasm");
    files::read(&compiled).map(Some)
}
