//! Names that stand in one place only.

use super::tables::Ban;
use super::{File, Finding};

/// Whatever stands where it may not.
pub(super) fn check(ban: &Ban, files: &[File]) -> Vec<Finding> {
    let excepted = |file: &File| ban.except.iter().any(|(place, _)| file.path.starts_with(place));
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with(ban.within) && !excepted(file)) {
        for mention in file.mentions.iter().filter(|it| !(ban.tests_may && it.in_test)) {
            if ban.names.iter().any(|name| mentions(&mention.segments, name)) {
                let message = format!("`{}`: {}", mention.segments.join("::"), ban.instead);
                findings.push(file.finding(mention.line, message));
            }
        }
    }
    findings
}

/// Whether the name stands anywhere in the path.
fn mentions(path: &[String], name: &str) -> bool {
    (0..path.len()).any(|start| begins(&path[start..], name))
}

fn begins(path: &[String], name: &str) -> bool {
    name.split("::").enumerate().all(|(index, part)| match (path.get(index), part.strip_suffix('*')) {
        (None, _) => false,
        // A `use` of all that a module has brings the name along.
        (Some(segment), _) if index > 0 && segment == "*" => true,
        (Some(segment), Some(beginning)) => segment.starts_with(beginning),
        (Some(segment), None) => segment == part,
    })
}
