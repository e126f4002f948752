//! Embeds the browser part, as `cargo xtask build` left it, in the server: the table of assets that
//! `src/server/assets.rs` serves. Without one the table is empty and pages work without it.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-env-changed=AUGNO_SITE");
    let site = site()?;
    // One that is missing would count as changed at every build.
    fs::create_dir_all(&site)?;
    println!("cargo::rerun-if-changed={}", site.display());
    // The macros of sqlx read these while compiling, without telling cargo.
    for read in ["migrations", ".sqlx"] {
        if Path::new(read).exists() {
            println!("cargo::rerun-if-changed={read}");
        }
    }
    let mut files = files_under(&site)?;
    files.sort();
    let table = table_of(&site, &files)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("assets.rs"), table)?;
    Ok(())
}

/// The finished site of this profile: `$AUGNO_SITE/release` or `$AUGNO_SITE/debug`.
fn site() -> Result<PathBuf, env::VarError> {
    let default = || Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("target/site");
    let sites = env::var_os("AUGNO_SITE").map_or_else(default, PathBuf::from);
    Ok(sites.join(env::var("PROFILE")?))
}

fn files_under(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// The source of the table, and of the URLs which pages ask for.
fn table_of(site: &Path, files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("pub(super) static ASSETS: &[Asset] = &[\n");
    let (mut script, mut wasm, mut stylesheet) = (None, None, None);
    for file in files {
        let url = format!("/{}", file.strip_prefix(site)?.display());
        let Some(content_type) = content_type(&url) else { continue };
        // Only names directly under /assets/ hold a hash of the content.
        let hashed = url.strip_prefix("/assets/").filter(|name| !name.contains('/'));
        let entry_point = match hashed.map(extension) {
            Some("js") => Some(&mut script),
            Some("wasm") => Some(&mut wasm),
            Some("css") => Some(&mut stylesheet),
            _ => None,
        };
        if let Some(entry_point) = entry_point {
            *entry_point = Some(url.clone());
        }
        writeln!(
            source,
            "    Asset {{ path: {url:?}, content_type: {content_type:?}, tag: \"{:016x}\", immutable: {}, \
             identity: {}, brotli: {}, gzip: {} }},",
            fnv_1a(&fs::read(file)?),
            hashed.is_some(),
            include(file),
            include_if_there(&with_suffix(file, ".br")),
            include_if_there(&with_suffix(file, ".gz")),
        )?;
    }
    writeln!(source, "];")?;
    for (name, url) in [("SCRIPT", script), ("WASM", wasm), ("STYLESHEET", stylesheet)] {
        writeln!(source, "pub(super) const {name}: Option<&str> = {url:?};")?;
    }
    Ok(source)
}

/// None for what is not served by itself: the packed forms lie beside their file.
fn content_type(url: &str) -> Option<&'static str> {
    Some(match extension(url) {
        "br" | "gz" => return None,
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    })
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn include(file: &Path) -> String {
    format!("include_bytes!({:?})", file.display().to_string())
}

fn include_if_there(file: &Path) -> String {
    if file.exists() { format!("Some({})", include(file)) } else { "None".to_owned() }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// FNV-1a, 64 bits: tells one version of a file from the next.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
