//! The errors: each variant, its text and its code in one declaration.

use alloc::string::String;

use super::declare::errors;
use super::{DecodeReason, EncodeReason, Source};

errors! {
    /// Bytes, or a text, that no key of the type encodes to.
    #[error("{place} is not a {key_type}: {reason}; check the table's key type and where the bytes come from")]
    InvalidKey at place {
        /// The key type asked for.
        key_type: &'static str,
        /// What is wrong with the bytes.
        reason: &'static str,
    },
    /// A key longer than the limit of every backend.
    #[error("{place} is {len} bytes long, the limit is {max}: shorten the key")]
    KeyTooLong at place {
        /// The key's length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A value longer than the limit of every backend.
    #[error("{place}: the value is {len} bytes long, the limit is {max}: split it")]
    ValueTooLong at place {
        /// The value's length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// An indexed value that, with the entity's key, is longer than the limit of an index entry.
    #[error(
        "{place}: the entry of index `{index}` would be {len} bytes long, the limit is {max}: index a shorter value"
    )]
    IndexedValueTooLong at place {
        /// The index's name.
        index: String,
        /// The entry's length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A partition's name that no backend takes.
    #[error("{place} can't be written: {reason}; choose another name")]
    InvalidPartition at place {
        /// What is wrong with the name.
        reason: &'static str,
    },
    /// An entity that can't be encoded.
    #[error("{place}: the entity can't be encoded: {reason}; correct the entity or its `Serialize`")]
    Encode at place {
        /// What stands in the way.
        reason: EncodeReason,
    },
    /// A stored value that is not the entity asked for.
    #[error(
        "{place}: the value can't be decoded: {reason}; if the entity's fields changed, raise its schema version and \
         upgrade old values"
    )]
    Decode at place {
        /// What is wrong with the bytes.
        reason: DecodeReason,
    },
    /// A value written by a later version of the program.
    #[error("{place} has schema version {found}, this program knows up to {known}: run a newer one")]
    NewerVersion at place {
        /// The version in the value.
        found: u32,
        /// The table's version.
        known: u32,
    },
    /// An `insert` under a key that exists.
    #[error("{place} exists already: use `put` to replace it")]
    AlreadyExists at place {},
    /// A change to an entity that does not exist.
    #[error("{place} does not exist: use `put` or `insert` to create it")]
    NotFound at place {},
    /// A value of a unique index that another entity has.
    #[error(
        "{place}: `{value}` is taken in the unique index `{index}`, where it belongs to key `{holder}`: change the \
         value, or that entity first"
    )]
    UniqueViolation at place {
        /// The index's name.
        index: String,
        /// The indexed value, as its type describes it.
        value: String,
        /// The key of the entity that has the value.
        holder: String,
    },
    /// An index entry that does not fit the entities.
    #[error("{place}: index `{index}` has an entry {reason}: run `verify`, then `reindex`")]
    IndexMismatch at place {
        /// The index's name.
        index: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// An index that the table's schema does not have, or has of another kind or on another type.
    #[error(
        "{place} has no index `{index}` of this kind and type in its schema: add it with `Schema::index` under a name \
         of its own, then `reindex`"
    )]
    UnknownIndex at place {
        /// The index asked for.
        index: String,
    },
    /// An entity that breaks a rule of its table.
    #[error("{place}: the entity is not valid: {reason}")]
    Invalid at place {
        /// The rule it breaks, and what would obey it.
        reason: String,
    },
    /// A deletion of an entity that others refer to.
    #[error("{place} can't be deleted: {reason}")]
    InUse at place {
        /// Which entity refers to it.
        reason: String,
    },
    /// A change of state that the present state does not allow.
    #[error("{place} can't go from {from} to {to}: {from} is final")]
    InvalidTransition at place {
        /// The present state.
        from: &'static str,
        /// The state asked for.
        to: &'static str,
    },
    /// A principal without the right to read or write the table.
    #[error("{principal} may not {action} {place}: a higher role or the table's owner may")]
    AccessDenied at place {
        /// The principal.
        principal: String,
        /// What was asked for: `read` or `write`.
        action: &'static str,
    },
    /// A stream that is cut off, damaged or no export at all.
    #[error("the stream can't be imported: {reason}, at byte {offset}; nothing was written, get a new copy of it")]
    InvalidStream {
        /// The position in the stream, in bytes.
        offset: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An import into a backend that has entries.
    #[error("the backend is not empty, it has {place}: use `import_replacing`, or import into another backend")]
    NotEmpty at place {},
    /// A file, pipe or socket that failed.
    #[error("{place} can't be read or written: {source}")]
    Io at place {
        /// The system's error.
        #[source]
        source: Source,
    },
    /// A cursor of another query, or a text that is no cursor.
    #[error("the cursor does not fit this query: {reason}; start again without a cursor")]
    InvalidCursor {
        /// What does not fit.
        reason: &'static str,
    },
    /// A query that can't be watched.
    #[error("{place} can't be watched with this query: {reason}")]
    UnwatchableQuery at place {
        /// What stands in the way.
        reason: &'static str,
    },
    /// A store watched with the feed of another backend, or of another scope.
    #[error(
        "the feed does not see {place}: watch with the feed of the `Observed` layer under this store, narrowed to the \
         store's scopes"
    )]
    NotObserved at place {},
    /// A write to a backend that only reads.
    #[error("the backend is read-only: write to the backend under it")]
    ReadOnly,
    /// A transaction begun inside another one of the same backend and thread.
    #[error("a transaction is open on this thread already: use the one that the body was given")]
    NestedTransaction,
    /// A transaction whose body returned an error of the caller's own type, which the caller gets.
    #[error("the body of the transaction returned an error, nothing was written")]
    Aborted,
    /// A database that was closed.
    #[error("{place} is closed: open it again")]
    Closed at place {},
    /// A database that another process, tab or handle has open.
    #[error("{place} is open elsewhere: close it there, or open it once and share the handle")]
    DatabaseLocked at place {},
    /// A database that does not exist.
    #[error("{place} does not exist: create it first")]
    DatabaseMissing at place {},
    /// A database to be created that exists.
    #[error("{place} exists already: open it if it is a database, or choose another path")]
    DatabaseExists at place {},
    /// A database to be created in a folder that does not exist.
    #[error("{place} can't be created: its folder does not exist, create that first")]
    FolderMissing at place {},
    /// A file that is no database.
    #[error("{place} is not a database: {reason}; choose another path")]
    NotADatabase at place {
        /// What it looks like.
        reason: String,
    },
    /// A name that no database can have.
    #[error("{place} can't name a database: {reason}; choose another name")]
    InvalidDatabaseName at place {
        /// What is wrong with the name.
        reason: &'static str,
    },
    /// A kind of storage that the platform does not offer.
    #[error("{storage} can't be used here: {reason}")]
    StorageUnavailable {
        /// The kind of storage.
        storage: &'static str,
        /// What stands in the way.
        reason: String,
    },
    /// A file or folder that the process may not read or write.
    #[error("{place} can't be opened: {source}; check the rights of the file and its folder")]
    PermissionDenied at place {
        /// The system's error.
        #[source]
        source: Source,
    },
    /// A disk or quota that is full. The database takes no more writes until it is opened anew.
    #[error("no space is left for {place}: {source}; free some, or ask for more, then open it anew")]
    StorageFull at place {
        /// The system's error.
        #[source]
        source: Source,
    },
    /// Work that needs the database for itself, while it is read.
    #[error("can't {action} while a snapshot is held or a read goes on: drop the snapshots and try again")]
    SnapshotOpen {
        /// The work.
        action: &'static str,
    },
    /// Stored data that is damaged.
    #[error("{place} is damaged: {detail}; restore a copy, or export what can still be read")]
    Corrupted at place {
        /// What was found.
        detail: String,
    },
    /// An engine that failed.
    #[error("{engine} can't {action} {place}: {source}")]
    Backend at place {
        /// The engine's name.
        engine: &'static str,
        /// What it was to do, such as `open` or `commit to`.
        action: &'static str,
        /// The engine's error.
        #[source]
        source: Source,
    },
}
