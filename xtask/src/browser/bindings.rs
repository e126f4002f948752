use std::fs;
use std::path::Path;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::files;
use crate::step::step;
use crate::workspace::{self, Profile};

/// WebAssembly and the script that joins it to the browser.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) js: Vec<u8>,
    /// Scripts of dependencies, which the script imports by these paths.
    pub(crate) snippets: Vec<(String, Vec<u8>)>,
}

/// Joins the compiled library to the browser.
pub(crate) fn bind(profile: Profile, compiled: &[u8]) -> anyhow::Result<Bound> {
    let dir = workspace::scratch().join("bindings").join(profile.dir());
    // One lock file holds the version of wasm-bindgen for the library and for this program.
    let lock = files::read(&workspace::root().join("Cargo.lock"))?;
    let inputs = files::hash(&[&lock, compiled]);
    let stamp = dir.join("inputs");
    if !fs::read_to_string(&stamp).is_ok_and(|bound| bound == inputs) {
        step("Joining the WebAssembly to the browser (wasm-bindgen)", "a few seconds", || {
            run(&dir, compiled)
        })?;
        files::write_if_changed(&stamp, inputs.as_bytes())?;
    }
    let snippets = files::under(&dir.join("snippets"))?;
    let snippets = snippets.iter().map(|file| {
        let path = file.strip_prefix(&dir)?.to_string_lossy().into_owned();
        Ok((path, files::read(file)?))
    });
    Ok(Bound {
        wasm: files::read(&dir.join("app_bg.wasm"))?,
        js: files::read(&dir.join("app.js"))?,
        snippets: snippets.collect::<anyhow::Result<_>>()?,
    })
}

fn run(dir: &Path, compiled: &[u8]) -> anyhow::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes("app", compiled.to_vec()).web(true)?.typescript(false);
    // The page names the WebAssembly, whose file name holds a hash.
    bindgen.omit_default_module_path(true).remove_producers_section(true).remove_name_section(true);
    bindgen.generate(dir).context("wasm-bindgen failed")
}
