//! Reading and writing files so that nothing is written without need: cargo goes by their times.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// All files under a folder, in order. None when it does not exist.
pub(crate) fn under(dir: &Path) -> io::Result<Vec<PathBuf>> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes a file unless it has this content already.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// SHA-256 of several pieces, each with its length, in hex.
pub(crate) fn hash(pieces: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update((piece.len() as u64).to_le_bytes());
        hasher.update(piece);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of the names and contents of files and of all files under folders.
pub(crate) fn hash_of(paths: &[PathBuf]) -> anyhow::Result<String> {
    let mut pieces = Vec::new();
    for path in paths {
        let files = if path.is_file() { vec![path.clone()] } else { under(path)? };
        for file in files {
            pieces.push(file.as_os_str().as_encoded_bytes().to_vec());
            pieces.push(read(&file)?);
        }
    }
    Ok(hash(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}
