use std::env;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::debian;
use crate::step::step;

/// The browser that the browser tests drive: `CHROMIUM` when set, else one on the `PATH`.
pub(crate) fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").filter(|path| !path.is_empty()).map(PathBuf::from) {
        if path.is_file() {
            return Ok(path);
        }
        bail!(
            "CHROMIUM is set to {}, which is no program: set it to Chromium's, or unset it",
            path.display()
        );
    }
    if let Some(path) = on_path() {
        return Ok(path);
    }
    if debian::may_install() {
        step("Installing Chromium (Debian's package chromium)", "about a minute", || {
            debian::install("chromium")
        })?;
    }
    match on_path() {
        Some(path) => Ok(path),
        None => bail!(
            "Chromium is not installed; install it (Debian: `sudo apt-get install chromium`), or set CHROMIUM to its program"
        ),
    }
}

fn on_path() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let dirs: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let on_path = names.iter().flat_map(|name| dirs.iter().map(move |dir| dir.join(name)));
    let elsewhere = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome").to_owned();
    on_path.chain([elsewhere]).find(|path| path.is_file())
}
