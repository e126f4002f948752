use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::files;

/// Results of slow steps, each kept in a file named after the hash of all that went into it.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
    used: RefCell<BTreeSet<PathBuf>>,
}

impl Cache {
    pub(crate) fn new(dir: PathBuf) -> Cache {
        Cache { dir, used: RefCell::default() }
    }

    /// The result for `inputs`, when it is kept.
    pub(crate) fn get(&self, inputs: &[&[u8]]) -> Option<Vec<u8>> {
        fs::read(self.path(inputs)).ok()
    }

    /// The result for `inputs`, made now unless it is kept.
    pub(crate) fn get_or_make(
        &self,
        inputs: &[&[u8]],
        make: impl FnOnce() -> anyhow::Result<Vec<u8>>,
    ) -> anyhow::Result<Vec<u8>> {
        let path = self.path(inputs);
        if let Ok(kept) = fs::read(&path) {
            return Ok(kept);
        }
        let made = make()?;
        // Under another name first: a write cut short must not be taken for the result.
        let unfinished = path.with_extension("new");
        files::write_if_changed(&unfinished, &made)?;
        fs::rename(&unfinished, &path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(made)
    }

    fn path(&self, inputs: &[&[u8]]) -> PathBuf {
        let path = self.dir.join(files::hash(inputs));
        self.used.borrow_mut().insert(path.clone());
        path
    }

    /// Removes what this run had no use for.
    pub(crate) fn tidy(&self) -> anyhow::Result<()> {
        let used = self.used.borrow();
        for file in files::under(&self.dir)?.iter().filter(|file| !used.contains(*file)) {
            fs::remove_file(file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
        Ok(())
    }
}
