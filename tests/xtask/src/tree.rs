//! The paths of the repository and of the folder for build output.

use std::env;
use std::path::{Path, PathBuf};

use crate::sh::Sh;

/// The checked-out repository this command was started in.
pub(crate) struct Tree {
    root: PathBuf,
    target: PathBuf,
}

impl Tree {
    /// Finds the repository from the variables that `cargo run` sets.
    pub(crate) fn find() -> Result<Self, String> {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = package
            .as_deref()
            .and_then(|package| package.ancestors().nth(2))
            .ok_or("cannot find the repository: CARGO_MANIFEST_DIR is not set; start this as `cargo xtask`")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => std::path::absolute(&dir)
                .map_err(|error| format!("cannot use CARGO_TARGET_DIR={}: {error}", dir.display()))?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// Returns the path of a file or folder that is named by its path from the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Returns the folder of all build output.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Prepares Cargo at the root, with the subcommand and its arguments as one line of words.
    pub(crate) fn cargo(&self, words: &str) -> Sh {
        Sh::new("cargo").words(words).dir(&self.root).env("CARGO_TARGET_DIR", &self.target)
    }
}
