//! The codes of the errors.

use super::Error;

impl Error {
    /// The variant's name, as programs in other languages see it: stable for ever.
    ///
    /// ```
    /// assert_eq!(keyloft::Error::ReadOnly.code(), "ReadOnly");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidKey { .. } => "InvalidKey",
            Self::KeyTooLong { .. } => "KeyTooLong",
            Self::ValueTooLong { .. } => "ValueTooLong",
            Self::InvalidPartition { .. } => "InvalidPartition",
            Self::Encode { .. } => "Encode",
            Self::Decode { .. } => "Decode",
            Self::NewerVersion { .. } => "NewerVersion",
            Self::AlreadyExists { .. } => "AlreadyExists",
            Self::NotFound { .. } => "NotFound",
            Self::UniqueViolation { .. } => "UniqueViolation",
            Self::IndexMismatch { .. } => "IndexMismatch",
            Self::UnknownIndex { .. } => "UnknownIndex",
            Self::Invalid { .. } => "Invalid",
            Self::InUse { .. } => "InUse",
            Self::InvalidTransition { .. } => "InvalidTransition",
            Self::AccessDenied { .. } => "AccessDenied",
            Self::InvalidStream { .. } => "InvalidStream",
            Self::NotEmpty { .. } => "NotEmpty",
            Self::Io { .. } => "Io",
            Self::InvalidCursor { .. } => "InvalidCursor",
            Self::UnwatchableQuery { .. } => "UnwatchableQuery",
            Self::NotObserved => "NotObserved",
            Self::ReadOnly => "ReadOnly",
            Self::NestedTransaction => "NestedTransaction",
            Self::Aborted => "Aborted",
            Self::Closed { .. } => "Closed",
            Self::DatabaseLocked { .. } => "DatabaseLocked",
            Self::DatabaseMissing { .. } => "DatabaseMissing",
            Self::DatabaseExists { .. } => "DatabaseExists",
            Self::FolderMissing { .. } => "FolderMissing",
            Self::NotADatabase { .. } => "NotADatabase",
            Self::InvalidDatabaseName { .. } => "InvalidDatabaseName",
            Self::StorageUnavailable { .. } => "StorageUnavailable",
            Self::PermissionDenied { .. } => "PermissionDenied",
            Self::StorageFull { .. } => "StorageFull",
            Self::SnapshotOpen { .. } => "SnapshotOpen",
            Self::Corrupted { .. } => "Corrupted",
            Self::Backend { .. } => "Backend",
        }
    }
}
