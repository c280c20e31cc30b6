//! [`StorageType`]: what kind of place a storage is.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What kind of place a storage is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum StorageType {
    /// A folder.
    Filesystem,
    /// A bucket behind the S3 protocol.
    S3,
}

impl fmt::Display for StorageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Filesystem => "filesystem",
            Self::S3 => "s3",
        })
    }
}
