//! [`JobType`]: the kind of work that a job does.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The kind of work that a job does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobType {
    /// The writing of rows to files.
    Flush,
    /// The merging of many files into few.
    Compact,
    /// The removal of data that is no longer needed.
    Cleanup,
    /// The copying of data to a backup.
    Backup,
    /// The replacement of data by a backup.
    Restore,
}

enum_text!(JobType {
    Flush = "flush",
    Compact = "compact",
    Cleanup = "cleanup",
    Backup = "backup",
    Restore = "restore",
});
