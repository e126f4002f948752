use anyhow::{Context, bail};

use crate::files;
use crate::step::say;
use crate::tidy::{self, Source};
use crate::workspace;

/// Prints a line for each place in the sources that breaks a rule. An error when there is one.
pub(crate) fn tidy() -> anyhow::Result<()> {
    let sources = sources()?;
    let findings = tidy::check(&sources);
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => say(&format!("{} files under src are tidy{}", sources.len(), still_beside(&sources))),
        1 => bail!("one place under src breaks a rule"),
        many => bail!("{many} places under src break a rule"),
    }
    Ok(())
}

fn sources() -> anyhow::Result<Vec<Source>> {
    let root = workspace::root();
    let mut sources = Vec::new();
    for file in files::under(&root.join("src"))? {
        if file.extension().is_some_and(|extension| extension == "rs") {
            let path = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            let text =
                String::from_utf8(files::read(&file)?).with_context(|| format!("{path} is not UTF-8"))?;
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}

/// Told, not refused.
fn still_beside(sources: &[Source]) -> String {
    match tidy::beside_their_folder(sources) {
        0 => String::new(),
        count => format!(" ({count} still to be moved from x.rs to x/mod.rs)"),
    }
}
