//! The one error of the library.

mod code;
mod context;
mod decode_reason;

use alloc::boxed::Box;
use alloc::string::String;

use thiserror::Error;

pub use self::decode_reason::DecodeReason;

/// `Result` with the library's [`Error`](enum@Error).
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// A backend's own error, kept as the [`source`](core::error::Error::source) of ours.
pub type Source = Box<dyn core::error::Error + Send + Sync>;

/// What can go wrong, in every store and on every backend.
///
/// Every variant has a [`code`](Error::code) that never changes, for programs in any language.
///
/// ```
/// use keyloft::{Error, StorageKey, UserRowId};
///
/// let error = UserRowId::decode(b"no separator").unwrap_err();
/// assert_eq!(error.code(), "InvalidKey");
/// assert!(matches!(error, Error::InvalidKey { key_type: "UserRowId", .. }));
/// ```
///
/// The texts name the table and the key, as the key's type [describes](crate::StorageKey::describe) it:
///
/// ```
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let readings = SystemTableStore::<(String, i64), u8>::new(backend, "readings");
/// let key = ("attic".to_owned(), -5);
/// readings.insert(&key, &1)?;
/// let refused = readings.insert(&key, &1).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "key `(attic, -5)` is in partition `readings` already: use `put` to replace it"
/// );
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes, or text, that no key of the type is written as.
    #[error("`{bytes}` is not a {key_type}: {reason}")]
    InvalidKey {
        /// The key type asked for.
        key_type: &'static str,
        /// What is wrong with them.
        reason: &'static str,
        /// The bytes, for people: text, or hex if they are not UTF-8; cut after 64 bytes.
        bytes: String,
    },
    /// A key longer than the limit of every backend.
    #[error("a key of {len} bytes in partition `{partition}` is too long: at most {max} bytes, shorten it")]
    KeyTooLong {
        /// The partition it was meant for.
        partition: String,
        /// Its length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A value longer than the limit of every backend.
    #[error(
        "a value of {len} bytes for key `{key}` in partition `{partition}` is too long: at most {max} bytes, split it"
    )]
    ValueTooLong {
        /// The partition it was meant for.
        partition: String,
        /// The key it was meant for.
        key: String,
        /// Its length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A partition's name that no backend takes.
    #[error("`{partition}` can't name a partition: {reason}")]
    InvalidPartition {
        /// The name.
        partition: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An entity that could not be written as postcard.
    #[error("the entity for key `{key}` in partition `{partition}` can't be encoded")]
    Encode {
        /// The partition it was meant for.
        partition: String,
        /// The key it was meant for.
        key: String,
        /// What postcard says.
        #[source]
        source: postcard::Error,
    },
    /// Stored bytes that are not the entity asked for.
    #[error(
        "the value of key `{key}` in partition `{partition}` can't be decoded: {reason}; \
         if the entity's fields changed, raise its schema version and upgrade old values"
    )]
    Decode {
        /// The partition it is in.
        partition: String,
        /// Its key.
        key: String,
        /// What is wrong with the bytes.
        reason: DecodeReason,
    },
    /// A value written by a later version of the program.
    #[error(
        "the value of key `{key}` in partition `{partition}` has schema version {found}, this program knows up to \
         {known}: run a newer one"
    )]
    NewerVersion {
        /// The partition it is in.
        partition: String,
        /// Its key.
        key: String,
        /// The version in the value.
        found: u32,
        /// The store's version.
        known: u32,
    },
    /// `insert` of a key that is there already.
    #[error("key `{key}` is in partition `{partition}` already: use `put` to replace it")]
    AlreadyExists {
        /// The partition.
        partition: String,
        /// The key.
        key: String,
    },
    /// A change to an entity that is not there.
    #[error("key `{key}` is not in partition `{partition}`")]
    NotFound {
        /// The partition.
        partition: String,
        /// The key.
        key: String,
    },
    /// A value of a unique index that another entity has.
    #[error(
        "`{value}` is taken in the unique index `{index}` of partition `{partition}`: it belongs to key `{holder}`"
    )]
    UniqueViolation {
        /// The table's partition.
        partition: String,
        /// The index's name.
        index: String,
        /// The indexed value, for people.
        value: String,
        /// The key of the entity that has it.
        holder: String,
    },
    /// An index that says something else than the entities.
    #[error(
        "index `{index}` of partition `{partition}` names key `{key}`, {reason}: run `verify`, then `reindex`"
    )]
    IndexMismatch {
        /// The table's partition.
        partition: String,
        /// The index's name.
        index: String,
        /// The key the entry names, or the entry if it names none.
        key: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// An index that the store's schema does not have, or has of another kind or on another type.
    #[error(
        "partition `{partition}` has no index `{index}` of this kind and type in this store's schema: \
         add it with `Schema::index`, under a name of its own, then `reindex`"
    )]
    UnknownIndex {
        /// The table's partition.
        partition: String,
        /// The index asked for.
        index: String,
    },
    /// An entity whose fields contradict each other or its key.
    #[error("the entity for key `{key}` in partition `{partition}` is not valid: {reason}")]
    Invalid {
        /// The partition it was meant for.
        partition: String,
        /// The key it was meant for.
        key: String,
        /// The rule it breaks.
        reason: String,
    },
    /// A deletion of something that others still refer to.
    #[error("key `{key}` of partition `{partition}` can't be deleted: {reason}")]
    InUse {
        /// The partition.
        partition: String,
        /// The key.
        key: String,
        /// Who refers to it.
        reason: String,
    },
    /// A change of state that the present state does not allow.
    #[error("key `{key}` of partition `{partition}` can't go from {from} to {to}")]
    InvalidTransition {
        /// The partition.
        partition: String,
        /// The key.
        key: String,
        /// The present state.
        from: &'static str,
        /// The state asked for.
        to: &'static str,
    },
    /// A principal that may not do this.
    #[error("{principal} may not {action} `{table}`")]
    AccessDenied {
        /// Who asked.
        principal: String,
        /// What they asked for.
        action: &'static str,
        /// The table's partition.
        table: String,
    },
    /// A stream that no export has written so: cut off, damaged, or something else.
    #[error(
        "the stream can't be imported: {reason}, at byte {offset}; nothing was written, get a new copy of it"
    )]
    InvalidStream {
        /// How far into it, in bytes.
        offset: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An import into a backend that holds something.
    #[error(
        "the backend is not empty, it holds partition `{partition}`: import with `import_replacing`, or into another"
    )]
    NotEmpty {
        /// A partition that it holds.
        partition: String,
    },
    /// A file, pipe or socket that failed: what a stream is written to or read from.
    #[error("input or output failed")]
    Io {
        /// What the system says.
        #[source]
        source: Source,
    },
    /// A cursor that belongs to another query, or is no cursor at all.
    #[error("the cursor does not fit this query: {reason}; start again without one")]
    InvalidCursor {
        /// What does not fit.
        reason: &'static str,
    },
    /// A query that asks for what the call can't give.
    #[error("this query can't be watched: {reason}")]
    UnwatchableQuery {
        /// What stands in the way.
        reason: &'static str,
    },
    /// A change feed asked of a backend that has none.
    #[error("no layer of this backend tells of its changes: wrap it in `Observed` where it is opened")]
    NotObserved,
    /// A write to a view that only reads.
    #[error("this view is read-only: write to the backend it wraps")]
    ReadOnly,
    /// A transaction asked for inside another one of the same backend and thread.
    #[error("a transaction is open on this thread already: use the one that the body was given")]
    NestedTransaction,
    /// A body that ended in an error of the caller's own, which was handed to the caller.
    #[error("the body of the transaction returned an error, nothing was written")]
    Aborted,
    /// A database that was closed.
    #[error("the database `{path}` is closed: open it again")]
    Closed {
        /// Which database.
        path: String,
    },
    /// A database that another process, tab or handle has open.
    #[error("the database `{path}` is open elsewhere: close it there, or open it once and share the handle")]
    DatabaseLocked {
        /// Which database.
        path: String,
    },
    /// A database that is not there.
    #[error("there is no database at `{path}`: create it first")]
    DatabaseMissing {
        /// Which database.
        path: String,
    },
    /// A database that is there already.
    #[error("`{path}` is there already: open it if it is a database, or choose another path")]
    DatabaseExists {
        /// Which database.
        path: String,
    },
    /// A database to be created in a folder that is not there.
    #[error("`{path}` can't be created: its folder is not there, create that first")]
    FolderMissing {
        /// Which database.
        path: String,
    },
    /// A file that is something else.
    #[error("`{path}` is not a database: {reason}")]
    NotADatabase {
        /// Which file.
        path: String,
        /// What it looks like.
        reason: String,
    },
    /// A name that no database can have.
    #[error("`{name}` can't name a database: {reason}")]
    InvalidDatabaseName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A kind of storage that is not there where the program runs.
    #[error("{storage} can't be used here: {reason}")]
    StorageUnavailable {
        /// What kind.
        storage: &'static str,
        /// What stands in the way.
        reason: String,
    },
    /// A place that may not be read or written.
    #[error("`{path}` can't be opened: permission denied; check the rights of the file and its folder")]
    PermissionDenied {
        /// Which file.
        path: String,
        /// What the system says.
        #[source]
        source: Source,
    },
    /// A place with no room left. A database that says so takes no more writes until it is opened anew.
    #[error("no space is left for `{path}`: free some, or ask for more, then open it anew")]
    StorageFull {
        /// Which file.
        path: String,
        /// What the system says.
        #[source]
        source: Source,
    },
    /// Work that needs a database for itself, while it is being read.
    #[error("can't {action} while a snapshot is held or a read goes on: drop the snapshots and try again")]
    SnapshotOpen {
        /// What was to be done.
        action: &'static str,
    },
    /// Stored data that is damaged.
    #[error("the database is damaged: {detail}; restore a copy, or export what can still be read")]
    Corrupted {
        /// What was found.
        detail: String,
    },
    /// An engine that failed.
    #[error("{engine} failed to {action}")]
    Backend {
        /// The engine's name.
        engine: &'static str,
        /// What it was doing.
        action: &'static str,
        /// What it says.
        #[source]
        source: Source,
    },
}
