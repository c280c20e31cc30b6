//! [`Mismatch`]: what does not fit together in a table.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::excerpt;

/// Something that [`verify`](super::EntityStore::verify) found: keys and values as they are stored.
///
/// [`reindex`](super::EntityStore::reindex) mends all but `Unreadable` and `Taken`, which are about the entities; where
/// several of the `Missing` ones have the same value in a unique index, it refuses, and names two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// A key or an entity that can't be decoded, whose index entries can't be checked.
    Unreadable {
        /// The key.
        key: Vec<u8>,
        /// What is wrong.
        reason: String,
    },
    /// An entity that an index does not find by its value.
    Missing {
        /// The index's name.
        index: String,
        /// The entity's value in it.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
    },
    /// An entity whose value in a unique index another has too, which is the one that the index finds.
    Taken {
        /// The index's name.
        index: String,
        /// The value of both.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
        /// The key of the other.
        holder: Vec<u8>,
    },
    /// An index entry for an entity that is not there.
    Dangling {
        /// The index's name.
        index: String,
        /// The value in the entry.
        value: Vec<u8>,
        /// The key in the entry.
        key: Vec<u8>,
    },
    /// An index entry for an entity that has another value, or none.
    Stale {
        /// The index's name.
        index: String,
        /// The value in the entry.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
    },
    /// An index entry that no entity is written as.
    Malformed {
        /// The index's name.
        index: String,
        /// The key of the entry.
        entry: Vec<u8>,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let brief = |bytes: &[u8]| excerpt::excerpt(bytes);
        match self {
            Self::Unreadable { key, reason } => write!(f, "key `{}`: {reason}", brief(key)),
            Self::Missing { index, value, key } => {
                write!(
                    f,
                    "key `{}` has `{}` in index `{index}`, which has no entry for it",
                    brief(key),
                    brief(value)
                )
            }
            Self::Taken { index, value, key, holder } => write!(
                f,
                "key `{}` has `{}` in the unique index `{index}`, where it belongs to key `{}`",
                brief(key),
                brief(value),
                brief(holder)
            ),
            Self::Dangling { index, value, key } => {
                write!(
                    f,
                    "index `{index}` has `{}` for key `{}`, which is not there",
                    brief(value),
                    brief(key)
                )
            }
            Self::Stale { index, value, key } => {
                write!(
                    f,
                    "index `{index}` has `{}` for key `{}`, which has another value",
                    brief(value),
                    brief(key)
                )
            }
            Self::Malformed { index, entry, reason } => {
                write!(f, "index `{index}` has `{}`, which is no entry: {reason}", brief(entry))
            }
        }
    }
}
