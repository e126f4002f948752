use std::fs;

use crate::cache::Cache;
use crate::files;
use crate::run::{command, run_quietly};
use crate::setup;
use crate::step::{say, step};
use crate::workspace;

/// What the compiler may have used, and every browser that runs the rest of the page knows.
const ARGUMENTS: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-debug",
    "--strip-producers",
];

/// Makes the WebAssembly smaller. False when this machine cannot.
pub(crate) fn optimise(cache: &Cache, wasm: &mut Vec<u8>) -> anyhow::Result<bool> {
    let lock = files::read(&workspace::root().join("xtask/npm/package-lock.json"))?;
    let arguments = ARGUMENTS.join(" ");
    let inputs: [&[u8]; 4] = [b"wasm-opt", &lock, arguments.as_bytes(), wasm];
    if let Some(kept) = cache.get(&inputs) {
        *wasm = kept;
        return Ok(true);
    }
    let wasm_opt = match setup::wasm_opt() {
        Ok(program) => program,
        Err(error) => {
            say(&format!("Going on without wasm-opt: {error:#}"));
            return Ok(false);
        }
    };
    let (input, output) = (workspace::scratch().join("input.wasm"), workspace::scratch().join("output.wasm"));
    *wasm = cache.get_or_make(&inputs, || {
        step("Making the WebAssembly smaller (wasm-opt)", "about a minute", || {
            fs::write(&input, &*wasm)?;
            run_quietly(command("node").arg(&wasm_opt).args(ARGUMENTS).arg(&input).arg("-o").arg(&output))?;
            files::read(&output)
        })
    })?;
    Ok(true)
}
