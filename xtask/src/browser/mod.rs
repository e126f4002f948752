//! The browser part: WebAssembly with its script, style sheet and public files, made ready to be
//! embedded in the server.

mod bindings;
mod budget;
mod compile;
mod optimise;
mod pack;
mod site;
mod style;

use crate::cache::Cache;
use crate::files;
use crate::step::say;
use crate::workspace::{self, Profile};

/// Builds the browser part of a profile and leaves it where build.rs looks for it.
pub(crate) fn build(profile: Profile) -> anyhow::Result<()> {
    let cache = Cache::new(workspace::scratch().join("cache").join(profile.dir()));
    let mut site = site::Site::default();
    let mut optimised = true;
    if let Some(compiled) = compile::compile(profile)? {
        let mut bound = bindings::bind(profile, &compiled)?;
        if profile == Profile::Release {
            optimised = optimise::optimise(&cache, &mut bound.wasm)?;
        }
        site.add_hashed("assets/augno-api-keys", "js", bound.js);
        site.add_hashed("assets/augno-api-keys", "wasm", bound.wasm);
        for (name, content) in bound.snippets {
            site.add(format!("assets/{name}"), content);
        }
    }
    let style = workspace::root().join("style/main.css");
    if style.exists() {
        site.add_hashed("assets/main", "css", style::bundle(&style)?);
    }
    let public = workspace::root().join("public");
    for file in files::under(&public)? {
        site.add(file.strip_prefix(&public)?.to_string_lossy().into_owned(), files::read(&file)?);
    }
    if profile == Profile::Release {
        site.pack(&cache)?;
        budget::report(&site);
        if optimised {
            budget::check(&site)?;
        } else {
            say("Without wasm-opt the browser part is larger than need be: its size is not checked.");
        }
    }
    site.write(&workspace::site(profile))?;
    cache.tidy()
}
