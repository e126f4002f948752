//! Rules about the sources that no compiler knows: who imports whom, and what stands in one place only. Texts in,
//! findings out; what the rules are stands in `tables.rs`.

mod bans;
mod direction;
mod scan;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;

use scan::Mention;
use tables::{BANS, Ban, TABLES, Table};

/// One file under `src`.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the workspace's folder, with slashes: `src/api/mod.rs`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What is wrong in one line, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Everything that is wrong, in the order of files and lines.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    check_by(TABLES, BANS, sources)
}

/// How many modules lie beside the folder of their parts, as `x.rs` and `x/`, and not in it.
pub(crate) fn beside_their_folder(sources: &[Source]) -> usize {
    let folders = sources.iter().filter_map(|source| source.path.strip_suffix(".rs"));
    let folders = folders.map(|stem| format!("{stem}/"));
    folders.filter(|folder| sources.iter().any(|source| source.path.starts_with(folder))).count()
}

fn check_by(tables: &[Table], bans: &[Ban], sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut files = Vec::new();
    let mut test_modules = Vec::new();
    for Source { path, text } in sources {
        let mut file = File { path: path.clone(), module: module(path), mentions: Vec::new() };
        match scan::scan(text, &file.module) {
            Ok(scan) => {
                file.mentions = scan.mentions;
                test_modules.extend(scan.test_modules);
            }
            Err(line) => {
                findings.push(file.finding(line, "this is not Rust: `cargo check` says why".to_owned()))
            }
        }
        files.push(file);
    }
    for file in &mut files {
        if test_modules.iter().any(|module| file.module.starts_with(module)) {
            file.mentions.iter_mut().for_each(|mention| mention.in_test = true);
        }
    }
    findings.extend(tables.iter().flat_map(|table| direction::check(table, &files)));
    findings.extend(bans.iter().flat_map(|ban| bans::check(ban, &files)));
    findings.sort();
    findings.dedup();
    findings
}

/// A source as the rules see it.
#[derive(Debug)]
struct File {
    path: String,
    module: Vec<String>,
    mentions: Vec<Mention>,
}

impl File {
    fn finding(&self, line: usize, message: String) -> Finding {
        Finding { path: self.path.clone(), line, message }
    }
}

/// The module that a file is: of `src/console/keys/list.rs` it is `console`, `keys`, `list`, and of the crate's roots
/// nothing.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    let is_root = matches!(module.as_slice(), [name] if name == "lib" || name == "main");
    if is_root || module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    module
}
