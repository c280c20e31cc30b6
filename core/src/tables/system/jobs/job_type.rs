//! [`JobType`]: the kind of work that a job does.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The kind of work that a job does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobType {
    /// Writes rows to files.
    Flush,
    /// Merges many files into few.
    Compact,
    /// Removes data that is no longer needed.
    Cleanup,
    /// Makes a copy of the data.
    Backup,
    /// Replaces the data by a copy.
    Restore,
}

enum_text!(JobType {
    Flush = "flush",
    Compact = "compact",
    Cleanup = "cleanup",
    Backup = "backup",
    Restore = "restore",
});
