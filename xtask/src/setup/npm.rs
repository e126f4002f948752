use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::files;
use crate::run::{command, exists, run_quietly};
use crate::step::step;
use crate::workspace;

/// The script of wasm-opt, to be run by node.
pub(crate) fn wasm_opt() -> anyhow::Result<PathBuf> {
    let dir = workspace::scratch().join("npm");
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        files::write_if_changed(
            &dir.join(name),
            &files::read(&workspace::root().join("xtask/npm").join(name))?,
        )?;
    }
    install_packages(&dir, "wasm-opt", "about 20 seconds")?;
    Ok(dir.join("node_modules/binaryen/bin/wasm-opt"))
}

/// Installs what the lock file in `dir` names, unless it is there already.
pub(crate) fn install_packages(dir: &Path, what: &str, expected: &str) -> anyhow::Result<()> {
    let lock = files::hash_of(&[dir.join("package-lock.json")])?;
    let stamp = dir.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !exists("npm") {
        bail!("npm is not installed; install Node.js 20 or newer, which brings it");
    }
    step(&format!("Installing {what} from npm"), expected, || {
        run_quietly(
            command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(dir),
        )?;
        fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
    })
}
