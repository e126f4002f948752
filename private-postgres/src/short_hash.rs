use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// FNV-1a, 64 bits, in hex: a short name for a path, the same in every release of the program.
pub(crate) fn short_hash(path: &Path) -> String {
    let hash = path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_name_for_ever() {
        assert_eq!(short_hash(Path::new("")), "cbf29ce484222325");
        assert_eq!(short_hash(Path::new("a")), "af63dc4c8601ec8c");
    }
}
