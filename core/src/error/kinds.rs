//! The errors: each variant, its text and its code in one declaration.

use alloc::string::String;

use super::declare::errors;
use super::{DecodeReason, EncodeReason, Source};

errors! {
    /// Bytes or text that no key of the type encodes to.
    #[error("{place} is not a {key_type}: {reason}; check the table's key type and where the bytes come from")]
    InvalidKey at place {
        /// The expected key type.
        key_type: &'static str,
        /// The fault in the bytes.
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
    /// An indexed value that is too long. The limit applies to the value together with the entity's key.
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
    /// A partition that can't be written: no backend accepts its name, or it belongs to a system table.
    #[error("{place} can't be written: {reason}; choose another name")]
    InvalidPartition at place {
        /// The reason why it can't be written.
        reason: &'static str,
    },
    /// An entity that can't be encoded.
    #[error("{place}: the entity can't be encoded: {reason}; correct the entity or its `Serialize`")]
    Encode at place {
        /// The reason why it can't be encoded.
        reason: EncodeReason,
    },
    /// A stored value that can't be decoded as the table's entity.
    #[error(
        "{place}: the value can't be decoded: {reason}; if the entity's fields changed, raise its schema version and \
         upgrade old values; if it is damaged, `page_readable` steps over it and `discard` deletes it"
    )]
    Decode at place {
        /// The reason why it can't be decoded.
        reason: DecodeReason,
    },
    /// A value written by a later version of the program.
    #[error("{place} has schema version {found}, this program knows up to {known}: run a newer program")]
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
    /// A value that another entity has already in a unique index.
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
        /// The mismatch.
        reason: &'static str,
    },
    /// An index that the table's schema lacks, or has with another kind or value type.
    #[error(
        "{place} has no index `{index}` of this kind and type in its schema: add it there under an unused name, then call \
         `migrate`"
    )]
    UnknownIndex at place {
        /// The requested index.
        index: String,
    },
    /// A table whose definition in this program differs from the one in the database's [catalog](crate::catalog).
    #[error("{place} is defined otherwise: {difference}; {remedy}")]
    DefinitionMismatch at place {
        /// The differences, each with both sides.
        difference: String,
        /// The call or the change that ends the difference.
        remedy: &'static str,
    },
    /// An index that a migration has not finished building.
    #[error("{place}: index `{index}` is being built: run the migration to its end")]
    IndexNotBuilt at place {
        /// The index's name.
        index: String,
    },
    /// An entity that breaks a rule of its table.
    #[error("{place}: the entity is not valid: {reason}")]
    Invalid at place {
        /// The broken rule.
        reason: String,
    },
    /// A deletion of an entity that other entities refer to.
    #[error("{place} can't be deleted: {reason}")]
    InUse at place {
        /// The reference.
        reason: String,
    },
    /// A change of state that the current state does not allow.
    #[error("{place} can't go from {from} to {to}: {from} is final")]
    InvalidTransition at place {
        /// The current state.
        from: &'static str,
        /// The requested state.
        to: &'static str,
    },
    /// A principal without the right to read or write the table.
    #[error("{principal} may not {action} {place}: use a principal whose role may, or the owner")]
    AccessDenied at place {
        /// The principal.
        principal: String,
        /// The denied action: `read` or `write`.
        action: &'static str,
    },
    /// A stream that is truncated, damaged or not an export.
    #[error("the stream can't be imported: {reason}, at byte {offset}; nothing was written, get a new copy of it")]
    InvalidStream {
        /// The position in the stream, in bytes.
        offset: u64,
        /// The fault in the stream.
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
    /// A cursor of another query, or text that is not a cursor.
    #[error("the cursor does not fit this query: {reason}; start again without a cursor")]
    InvalidCursor {
        /// The reason why it does not fit.
        reason: &'static str,
    },
    /// A query that can't be watched.
    #[error("{place} can't be watched with this query: {reason}")]
    UnwatchableQuery at place {
        /// The reason why it can't be watched.
        reason: &'static str,
    },
    /// A watch on a store with the feed of another backend or of another scope.
    #[error(
        "the feed does not see {place}: watch with the feed of the `Observed` layer under this store, narrowed to the \
         store's scopes"
    )]
    NotObserved at place {},
    /// A position of a consumer from which the [change log](crate::layers::Logged) can't be read.
    #[error(
        "{place} has the changes after the versions {oldest} to {newest}, and not all after {position}: take a `snapshot` of \
         the log, read everything from it, and go on from its version"
    )]
    PositionGone at place {
        /// The position.
        position: u64,
        /// The oldest position that can be read from.
        oldest: u64,
        /// The newest version.
        newest: u64,
    },
    /// A table inside a transaction, or on a snapshot, of another backend.
    #[error(
        "{place} is in another backend than this transaction or snapshot: begin it on the store's backend, through the same \
         layers"
    )]
    OtherBackend at place {},
    /// A write to a read-only backend.
    #[error(
        "the backend is read-only: write to the backend under it, to the primary of a replica, or through a handle that was \
         opened for writing"
    )]
    ReadOnly,
    /// A transaction that begins inside another one of the same backend, on the same thread.
    #[error("this thread is inside a transaction already: use that transaction, or return from its body first")]
    NestedTransaction,
    /// A transaction whose body returned an error of the caller's type.
    ///
    /// The callers of [`try_transaction`](crate::StorageBackendExt::try_transaction) and
    /// [`try_update`](crate::EntityWriter::try_update) receive the body's error instead.
    #[error("the body of the transaction returned an error, nothing was written")]
    Aborted,
    /// Work that its progress report has ended.
    #[error("the progress report has ended the work, nothing was changed")]
    Cancelled,
    /// A closed database.
    #[error("{place} is closed: open it again")]
    Closed at place {},
    /// A database that is open in another process, tab or handle.
    #[error("{place} is open elsewhere: close it there, or open it once and share the handle")]
    DatabaseLocked at place {},
    /// A transaction whose turn to write did not come in the time that it may wait, because others were writing. Its body did
    /// not run.
    #[error("{place} is being written, and the turn did not come within {waited_ms} ms: call again, or wait longer")]
    WriterBusy at place {
        /// The time that the call has waited, in milliseconds. 0 for a call that does not wait.
        waited_ms: u64,
    },
    /// A database that can't be shared by processes in this way.
    #[error("{place} can't be shared by processes: {reason}")]
    SharingUnavailable at place {
        /// The reason, and what to do.
        reason: &'static str,
    },
    /// A database that was not closed properly, and that a read-only opening can't recover.
    #[error("{place} was not closed properly, and a reader can't recover it: open it once for writing")]
    RecoveryNeeded at place {},
    /// A database that does not exist.
    #[error("{place} does not exist: create it first")]
    DatabaseMissing at place {},
    /// The creation of a database that exists.
    #[error("{place} exists already: open it if it is a database, or choose another path")]
    DatabaseExists at place {},
    /// The creation of a database in a folder that does not exist.
    #[error("{place} can't be created: its folder does not exist; create the folder first")]
    FolderMissing at place {},
    /// A file that is not a database.
    #[error("{place} is not a database: {reason}; choose another path")]
    NotADatabase at place {
        /// The reason why it is not one.
        reason: String,
    },
    /// A name that a database can't have.
    #[error("{place} can't name a database: {reason}; choose another name")]
    InvalidDatabaseName at place {
        /// The rule that the name breaks.
        reason: &'static str,
    },
    /// A kind of storage that the platform does not offer.
    #[error("{storage} can't be used here: {reason}")]
    StorageUnavailable {
        /// The kind of storage.
        storage: &'static str,
        /// The reason why it is unavailable.
        reason: String,
    },
    /// A file or folder that the process may not read or write.
    #[error("{place} can't be opened: {source}; check the rights to it: of the file and its folder, or of the user")]
    PermissionDenied at place {
        /// The system's error.
        #[source]
        source: Source,
    },
    /// A server that can't be reached, or that ended the connection. Nothing was written. The next call connects again.
    #[error("{place} can't be reached: {source}; check that the server runs, its address and the network, then call again")]
    Unreachable at place {
        /// The error of the connection.
        #[source]
        source: Source,
    },
    /// A limited resource that is in use, such as connections to a server.
    #[error("all {resource} of {place} are in use: {remedy}")]
    Exhausted at place {
        /// The resource.
        resource: &'static str,
        /// The limit to raise, or the use to end.
        remedy: &'static str,
    },
    /// A call that took longer than a time-out allows. Nothing was written.
    #[error("{place} took too long to {action}: {source}; raise the time-out, or ask for less at once")]
    TimedOut at place {
        /// The operation, such as `read`.
        action: &'static str,
        /// The engine's error.
        #[source]
        source: Source,
    },
    /// A transaction that conflicted with other ones in each of its runs. Nothing was written.
    #[error(
        "a transaction on {place} conflicted with others in {tries} runs, the last time: {source}; run it again, make it \
         shorter, or allow more runs"
    )]
    Conflict at place {
        /// The number of runs of the body.
        tries: u32,
        /// The error of the last run.
        #[source]
        source: Source,
    },
    /// A full disk or quota, found before the commit: nothing was written. Until the database is reopened it refuses
    /// writes, and reads that its memory can't answer.
    #[error("no space is left for {place}: {source}; free space or raise the quota, then reopen it")]
    StorageFull at place {
        /// The system's error.
        #[source]
        source: Source,
    },
    /// A commit or a flush whose outcome is unknown: the last step of it failed, so its writes are stored or not. They
    /// are never stored in part.
    ///
    /// A reopened database shows what the disk has. Until then it refuses writes, and reads may still show the state before
    /// the commit. A transaction that gives the same result if it runs twice can simply run again after the reopening.
    /// For another one, read first what it would have written.
    #[error(
        "the outcome of the commit to {place} is unknown: {source}; all of its writes are stored or none: remove the \
         cause, reopen the database, and read it before you run the transaction again"
    )]
    CommitUnknown at place {
        /// The engine's error.
        #[source]
        source: Source,
    },
    /// A read or a write of the storage that failed. Until the database is reopened it refuses writes, and reads that its
    /// memory can't answer. Nothing was written, and every commit that was acknowledged is stored.
    #[error("the storage of {place} failed to {action}: {source}; remove the cause, then reopen the database")]
    StorageFailed at place {
        /// The failed operation, such as `read`.
        action: &'static str,
        /// The storage's error.
        #[source]
        source: Source,
    },
    /// A database whose sync has failed, on a system that shows a program its cache only. The cache may have writes that the
    /// disk lacks, and would hide their loss.
    #[error(
        "{place} can't be opened again: a sync of it has failed, and this system may show writes that the disk does not \
         have; restart the machine, or detach the storage and attach it again"
    )]
    SyncFailed at place {},
    /// A database that was opened before this process was forked. The parent still has it open.
    #[error("{place} belongs to the parent of this process: open it after the fork, in one of both processes")]
    Forked at place {},
    /// An operation that needs exclusive access to a database, while a snapshot or a read is open.
    #[error("can't {action} while a snapshot or a read is open: drop the snapshots and try again")]
    SnapshotOpen {
        /// The operation.
        action: &'static str,
    },
    /// Damaged data. If the place is an entity, the engine works, and the value is damaged or belongs to another key:
    /// [`page_readable`](crate::EntityReader::page_readable) steps over it, and [`discard`](crate::EntityRepair::discard) deletes
    /// it.
    #[error("{place} is damaged: {detail}; restore a copy, or export what can still be read")]
    Corrupted at place {
        /// The damage.
        detail: String,
    },
    /// A failure of the engine.
    #[error("{engine} can't {action} {place}: {source}")]
    Backend at place {
        /// The engine's name.
        engine: &'static str,
        /// The failed operation, such as `open` or `commit to`.
        action: &'static str,
        /// The engine's error.
        #[source]
        source: Source,
    },
}
