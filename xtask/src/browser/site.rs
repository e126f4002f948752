use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::pack;
use crate::cache::Cache;
use crate::files;
use crate::step::step;

/// The finished files, by their paths in a URL, without the first slash.
#[derive(Debug, Default)]
pub(crate) struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    pub(crate) fn add(&mut self, path: String, content: Vec<u8>) {
        self.files.insert(path, content);
    }

    /// Adds a file whose name holds a hash of its content, so that browsers may keep it for ever.
    pub(crate) fn add_hashed(&mut self, path: &str, extension: &str, content: Vec<u8>) {
        let hash = files::hash(&[&content]);
        self.add(format!("{path}.{}.{extension}", &hash[..16]), content);
    }

    /// Lays a brotli and a gzip form beside each file that becomes smaller by it.
    pub(crate) fn pack(&mut self, cache: &Cache) -> anyhow::Result<()> {
        let plain: Vec<_> =
            self.files.iter().map(|(path, content)| (path.clone(), content.clone())).collect();
        for (path, content) in plain {
            for (coding, pack) in
                [("br", pack::brotli as fn(&[u8]) -> anyhow::Result<Vec<u8>>), ("gz", pack::gzip)]
            {
                let packed = cache.get_or_make(&[coding.as_bytes(), &content], || match content.len() {
                    0..100_000 => pack(&content),
                    _ => step(&format!("Packing {path} ({coding})"), "a few seconds", || pack(&content)),
                })?;
                if packed.len() < content.len() {
                    self.add(format!("{path}.{coding}"), packed);
                }
            }
        }
        Ok(())
    }

    /// Path, size and brotli size in bytes of each file, packed forms left out.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        let plain = self.files.iter().filter(|(path, _)| !path.ends_with(".br") && !path.ends_with(".gz"));
        plain.map(|(path, content)| {
            let packed = self.files.get(&format!("{path}.br")).unwrap_or(content);
            (path.as_str(), content.len(), packed.len())
        })
    }

    /// Makes the folder `dir` hold exactly these files, and touches none that is right already.
    pub(crate) fn write(&self, dir: &Path) -> anyhow::Result<()> {
        for file in files::under(dir)? {
            let path = file.strip_prefix(dir)?.to_string_lossy().into_owned();
            if !self.files.contains_key(&path) {
                fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            }
        }
        for (path, content) in &self.files {
            files::write_if_changed(&dir.join(path), content)?;
        }
        Ok(())
    }
}
