//! [`ObjectStorage`]: the storage of a Durable Object, as the backend uses it.

use std::fmt;

use keyloft::backend::{Direction, KeyRange};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, MaybeSend, MaybeSync};

use crate::rows::Rows;

/// The name of the engine in errors.
const ENGINE: &str = "the object's SQLite";

/// The most keys that the backend gets at once. Of more, the storage would leave out shorter values.
pub const MOST_KEYS: usize = 16;

/// The tables of one Durable Object: numbered partitions of keys and values.
///
/// [`JsStorage`](https://docs.rs/keyloft-durable-object) implements it over the storage that the runtime gives to an object.
/// Implement it yourself to test code over the backend without the runtime.
///
/// The backend never calls it twice at the same time. Nobody else may change the tables while a backend is open.
pub trait ObjectStorage: MaybeSend + MaybeSync {
    /// Returns the highest number of a partition, or 0 without partitions.
    ///
    /// # Errors
    ///
    /// The error of the storage, or [`StorageError::UnknownLayout`].
    fn open(&self) -> Result<u32, StorageError>;

    /// Returns the number of the partition of this name, or `None` if there is none.
    fn partition(&self, name: &str) -> Result<Option<u32>, StorageError>;

    /// Returns the names of the partitions that hold a key, in ascending order.
    fn partitions(&self) -> Result<Vec<String>, StorageError>;

    /// Returns the value of a key, or `None` if it is absent.
    fn get(&self, partition: u32, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError>;

    /// Returns `true` if a key is present.
    fn contains(&self, partition: u32, key: &[u8]) -> Result<bool, StorageError>;

    /// Returns the entries of the keys that are present, in the order of the keys. There are at most
    /// [`MOST_KEYS`](crate::MOST_KEYS) of them. A key may be among them twice, and so is its entry.
    ///
    /// A large value may be left out: see [`Rows::push`].
    fn get_many(&self, partition: u32, keys: &[&[u8]]) -> Result<Rows, StorageError>;

    /// Returns the first `limit` entries of a range, in the direction's key order. Without `values`, it returns keys only.
    ///
    /// A large value may be left out: see [`Rows::push`].
    fn page(
        &self,
        partition: u32,
        range: KeyRange<'_>,
        direction: Direction,
        limit: u32,
        values: bool,
    ) -> Result<Rows, StorageError>;

    /// Returns the number of entries of a range.
    fn count(&self, partition: u32, range: KeyRange<'_>) -> Result<u64, StorageError>;

    /// Stores the changes: all of them, or none if it fails.
    fn commit(&self, changes: &Changes<'_>) -> Result<(), StorageError>;
}

/// The changes of one commit. A key is in it once at most.
#[derive(Debug, Default)]
pub struct Changes<'a> {
    /// The new partitions with their numbers.
    pub partitions: Vec<(u32, &'a str)>,
    /// The deleted keys, sorted, each with its partition. Some may be absent.
    pub deletes: Vec<(u32, &'a [u8])>,
    /// The new values, each with its partition and key.
    pub puts: Vec<(u32, &'a [u8], &'a [u8])>,
    /// The time of the object's alarm, in milliseconds since the Unix epoch, if the commit sets it.
    pub alarm: Option<i64>,
}

/// An error of the storage.
#[derive(Debug)]
#[non_exhaustive]
pub enum StorageError {
    /// The storage of the object is full.
    Full(String),
    /// The tables have a layout that this version does not know.
    UnknownLayout(String),
    /// Any other failure, with the message of the runtime.
    Failed(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(message) | Self::UnknownLayout(message) | Self::Failed(message) => {
                f.write_str(message)
            }
        }
    }
}

impl std::error::Error for StorageError {}

/// Returns the error of an action on the storage.
#[cold]
pub(crate) fn failed(place: Place, action: &'static str, error: StorageError) -> Error {
    Error::from(match error {
        StorageError::Full(_) => ErrorKind::StorageFull { place, source: Box::new(error) },
        StorageError::UnknownLayout(reason) => ErrorKind::NotADatabase { place, reason },
        StorageError::Failed(_) => {
            ErrorKind::Backend { place, engine: ENGINE, action, source: Box::new(error) }
        }
    })
}
