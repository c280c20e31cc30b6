//! [`JobType`]: what a job does.

use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum JobType {
    /// Writes rows to files.
    Flush,
    /// Makes few files of many.
    Compact,
    /// Removes what is no longer needed.
    Cleanup,
    /// Makes a copy.
    Backup,
    /// Takes a copy back.
    Restore,
}
