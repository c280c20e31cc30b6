//! [`StorageType`]: the kind of a storage.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;

/// The kind of a storage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StorageType {
    /// A folder of a file system.
    Filesystem,
    /// A bucket behind the S3 protocol.
    S3,
}

enum_text!(StorageType { Filesystem = "filesystem", S3 = "s3" });
