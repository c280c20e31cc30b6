//! The folder for the databases of thousands of tests. It is in memory where the system has such a file system: most of
//! the time of these tests is waiting for a disk's syncs, and none of them can tell whether a disk has kept a synced
//! page. The torture, which kills processes and cuts the power of a modelled disk, stays on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use crate::sh::Sh;

/// The file system in memory that Linux offers to every program.
const MEMORY: &str = "/dev/shm";

/// The room that the databases and the doc tests' programs may need, in KiB. A container often has 64 MiB alone.
const NEEDED: u64 = 4 << 20;

/// A folder for temporary files, which goes with this value.
pub(crate) struct MemoryFolder(Option<PathBuf>);

impl MemoryFolder {
    /// Makes a folder in memory, if there is room for it.
    pub(crate) fn new() -> Self {
        let room = Sh::new("df").words("-Pk").arg(MEMORY).read().ok().and_then(|table| available(&table));
        if room.is_none_or(|room| room < NEEDED) {
            return Self(None);
        }
        let path = Path::new(MEMORY).join(format!("keyloft-tests-{}", process::id()));
        Self(fs::create_dir(&path).is_ok().then_some(path))
    }

    /// Has a program put its temporary files there, or where the system puts them.
    pub(crate) fn of(&self, program: Sh) -> Sh {
        match &self.0 {
            Some(path) => program.env("TMPDIR", path),
            None => program,
        }
    }
}

impl Drop for MemoryFolder {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // A folder that stays is noticed by nobody but the next reader of /dev/shm.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Reads the free KiB, the fourth column of the table that `df -Pk` prints under a heading.
pub(crate) fn available(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}
