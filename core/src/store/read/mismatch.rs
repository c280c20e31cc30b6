//! [`Mismatch`]: a fault in a table or its indexes.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::excerpt;

/// A fault that [`verify`](crate::EntityReader::verify) found, with stored keys and values.
///
/// [`reindex`](crate::EntityRepair::reindex) repairs all faults of the indexes. `Unreadable`, `NotCanonical` and `Taken` are
/// faults of the entities, which it can't repair. It returns [`ErrorKind::UniqueViolation`](crate::ErrorKind::UniqueViolation) if several
/// `Missing` entities have the same value in a unique index.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// A key or an entity that can't be decoded. Its index entries can't be checked.
    Unreadable {
        /// The key.
        key: Vec<u8>,
        /// The reason why it can't be decoded.
        reason: String,
    },
    /// An entity that is stored in other bytes than its codec writes, such as a map that has a key twice. A read returns the
    /// entity, without what the bytes have in addition. A `put` of the entity that was read ends it.
    NotCanonical {
        /// The key.
        key: Vec<u8>,
    },
    /// An entity without its index entry.
    Missing {
        /// The index's name.
        index: String,
        /// The entity's indexed value.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
    },
    /// An entity whose value in a unique index belongs to another entity.
    Taken {
        /// The index's name.
        index: String,
        /// The value of both entities.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
        /// The key of the other entity.
        holder: Vec<u8>,
    },
    /// An index entry for an entity that does not exist.
    Dangling {
        /// The index's name.
        index: String,
        /// The value in the entry.
        value: Vec<u8>,
        /// The key in the entry.
        key: Vec<u8>,
    },
    /// An index entry for an entity that has another value or no value.
    Stale {
        /// The index's name.
        index: String,
        /// The value in the entry.
        value: Vec<u8>,
        /// The entity's key.
        key: Vec<u8>,
    },
    /// An index entry that can't be parsed.
    Malformed {
        /// The index's name.
        index: String,
        /// The key of the entry.
        entry: Vec<u8>,
        /// The reason why it can't be parsed.
        reason: String,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let brief = |bytes: &[u8]| excerpt::excerpt(bytes);
        match self {
            Self::Unreadable { key, reason } => write!(f, "key `{}`: {reason}", brief(key)),
            Self::NotCanonical { key } => write!(
                f,
                "key `{}` has an entity in other bytes than a write of it makes: read it, and put it again",
                brief(key)
            ),
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
                    "index `{index}` has `{}` for key `{}`, which does not exist",
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
                write!(f, "index `{index}` has `{}`, which is not an entry: {reason}", brief(entry))
            }
        }
    }
}
