use std::path::Path;

use anyhow::bail;

use crate::run::{command, exists, run, run_quietly};
use crate::step::step;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler can make WebAssembly.
pub(crate) fn wasm_target() -> anyhow::Result<()> {
    let sysroot = run_quietly(command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).exists() {
        return Ok(());
    }
    if !exists("rustup") {
        bail!("the compiler lacks the target {WASM}; install it the way you installed Rust");
    }
    step("Adding the compiler's target for browsers", "a few seconds", || {
        run(command("rustup").args(["target", "add", WASM]))
    })
}
