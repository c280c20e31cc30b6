//! [`Place`]: the place of an error.

use alloc::string::String;
use core::fmt;

use crate::excerpt;

/// The place of an error.
///
/// ```
/// use keyloft::error::Place;
/// use keyloft::Partition;
///
/// let place = Place::entity(&Partition::from("jobs"), "2026-01");
/// assert_eq!(place.to_string(), "key `2026-01` in partition `jobs`");
/// assert_eq!((place.partition(), place.key(), place.path()), (Some("jobs"), Some("2026-01"), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// An entity of a table, or an entry of a partition.
    Entity {
        /// The partition's stored name.
        partition: String,
        /// The key, as its type describes it.
        key: String,
    },
    /// A key without a known partition.
    Key(String),
    /// A partition.
    Partition(String),
    /// The path or the name of a database.
    Path(String),
    /// A stream that is imported or exported.
    Stream,
}

impl Place {
    /// Creates the place of a key whose partition is not known.
    pub fn key_bytes(bytes: &[u8]) -> Self {
        Self::Key(excerpt::excerpt(bytes))
    }

    /// Creates the place of a database with this path or name.
    pub fn at_path(path: impl Into<String>) -> Self {
        Self::Path(path.into())
    }

    /// Returns the partition's stored name.
    pub fn partition(&self) -> Option<&str> {
        match self {
            Self::Entity { partition, .. } | Self::Partition(partition) => Some(partition),
            _ => None,
        }
    }

    /// Returns the key, as its type describes it.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Entity { key, .. } | Self::Key(key) => Some(key),
            _ => None,
        }
    }

    /// Returns the path or the name of the database.
    pub fn path(&self) -> Option<&str> {
        if let Self::Path(path) = self { Some(path) } else { None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity { partition, key } => write!(f, "key `{key}` in partition `{partition}`"),
            Self::Key(key) => write!(f, "key `{key}`"),
            Self::Partition(partition) => write!(f, "partition `{partition}`"),
            Self::Path(path) => write!(f, "`{path}`"),
            Self::Stream => f.write_str("the stream"),
        }
    }
}
