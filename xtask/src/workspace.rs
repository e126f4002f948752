//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest_dir).parent().map(PathBuf::from).unwrap_or_default()
}

/// What cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// What xtask keeps for itself: packages, caches, the cluster for tests.
pub(crate) fn scratch() -> PathBuf {
    root().join("target/xtask")
}

/// The finished browser part of a profile, where build.rs finds it.
pub(crate) fn site(profile: Profile) -> PathBuf {
    env::var_os("AUGNO_SITE").map_or_else(|| root().join("target/site"), PathBuf::from).join(profile.dir())
}

/// The server's program.
pub(crate) fn server(profile: Profile) -> PathBuf {
    target().join(profile.dir()).join("augno-api-keys")
}

/// How to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small and fast, to be used.
    Release,
    /// Quickly built, to be worked on.
    Debug,
}

impl Profile {
    pub(crate) fn dir(self) -> &'static str {
        match self {
            Profile::Release => "release",
            Profile::Debug => "debug",
        }
    }
}
