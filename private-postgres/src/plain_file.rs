use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Most that is read of a file, in bytes: of a larger one its end.
const MAX: u64 = 256 * 1024;

/// Reads a file in a folder that another user may write: never what a link points to, nor a pipe.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let mut file = File::options().read(true).custom_flags(flags).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file"));
    }
    file.seek(SeekFrom::Start(about.len().saturating_sub(MAX)))?;
    let mut bytes = Vec::new();
    file.take(MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn links_and_folders_are_not_read() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "text")?;
        std::os::unix::fs::symlink(&file, &link)?;
        assert_eq!(read(&file)?, "text");
        assert!(read(&link).is_err() && read(dir.path()).is_err());
        Ok(())
    }

    #[test]
    fn of_a_large_file_the_end_is_read() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("file");
        fs::write(&file, format!("{}end", "x".repeat(300 * 1024)))?;
        let text = read(&file)?;
        assert!(text.len() as u64 == MAX && text.ends_with("end"));
        Ok(())
    }
}
