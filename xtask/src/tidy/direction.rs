//! Who imports whom: each module of a folder only from those below it.

use std::collections::BTreeMap;

use super::tables::Table;
use super::{File, Finding};

/// Whatever breaks the order of a table.
pub(super) fn check(table: &Table, files: &[File]) -> Vec<Finding> {
    let folder: Vec<&str> = table.folder.split('/').filter(|name| !name.is_empty()).collect();
    // What the files and folders in it are called, and one file of each.
    let mut modules: BTreeMap<&str, &File> = BTreeMap::new();
    for file in files {
        if let Some(name) = below(&folder, &file.module).flatten() {
            modules.entry(name).or_insert(file);
        }
    }
    let unknown = modules.iter().filter(|(name, _)| rank(table, name).is_none());
    let mut findings: Vec<Finding> =
        unknown.map(|(name, file)| file.finding(1, without_place(table, name))).collect();
    for file in files {
        // The folder's own file may import from all of it.
        let Some(from) = below(&folder, &file.module).flatten() else { continue };
        let paths = file.mentions.iter().filter(|path| path.segments[0] == "crate");
        for (path, to) in paths.filter_map(|path| Some((path, below(&folder, &path.segments[1..])?))) {
            // A name that is no file's is the folder's own.
            let to = to.filter(|to| modules.contains_key(to) || rank(table, to).is_some());
            if let Some(wrong) = wrong(table, from, to) {
                findings.push(file.finding(path.line, wrong));
            }
        }
    }
    findings
}

fn without_place(table: &Table, name: &str) -> String {
    format!(
        "`{name}` has no place in the order of {}: give it one in xtask/src/tidy/tables.rs, or move the code into a \
         module that has one",
        shown(table)
    )
}

/// What is wrong with an import from `to`, or from the folder's own file. Modules without a place are told of once, by
/// themselves.
fn wrong(table: &Table, from: &str, to: Option<&str>) -> Option<String> {
    let place = rank(table, from)?;
    let Some(to) = to else {
        let own = if table.folder.is_empty() { "lib.rs" } else { "mod.rs" };
        return Some(format!(
            "{from} imports from {own} of {}, which stands above it: name the module that the thing comes from",
            shown(table)
        ));
    };
    let both = |names: &[&str]| names.contains(&from) && names.contains(&to);
    if from == to {
        return None;
    }
    if both(table.apart) {
        return Some(format!("{from} imports from {to} beside it: move what both need below the two"));
    }
    (rank(table, to)? < place)
        .then(|| format!("{from} imports from {to} above it: move what it needs below, or pass it in"))
}

/// How far down a module stands.
fn rank(table: &Table, name: &str) -> Option<usize> {
    table.order.iter().position(|it| *it == name)
}

/// None when the path does not lead into the folder; Some(None) when it ends there, at the folder's own file.
fn below<'a>(folder: &[&str], path: &'a [String]) -> Option<Option<&'a str>> {
    let leads_in = path.len() >= folder.len() && path.iter().zip(folder).all(|(one, other)| one == other);
    leads_in.then(|| path.get(folder.len()).map(String::as_str))
}

fn shown(table: &Table) -> String {
    if table.folder.is_empty() { "src".to_owned() } else { format!("src/{}", table.folder) }
}
