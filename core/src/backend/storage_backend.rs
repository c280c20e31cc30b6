//! [`StorageBackend`]: the trait of engines and layers.

use alloc::sync::{Arc, Weak};

use super::{Notify, Read, Transaction};
use crate::error::{Error, ErrorKind, Result};
use crate::maybe_send::{MaybeSend, MaybeSync};

/// The body of a transaction. An engine may run it more than once.
pub type TransactionBody<'a> = dyn FnMut(&mut dyn Transaction) -> Result<()> + 'a;

/// A read-only view of the database at one commit. Later commits don't change it.
///
/// It can be kept for any length of time. Until it is dropped, the engine can't reuse the space of the entries that it
/// shows.
pub trait Snapshot: Read + MaybeSend + MaybeSync {}

/// An engine, or a layer over one: partitions of bytes, snapshots and transactions.
///
/// Each read of the backend itself sees the newest committed state. Readers and the writer don't wait for each other: a
/// transaction may commit while a scan is open, and the scan does not see it.
///
/// The documentation of these traits is the contract. The suite of `keyloft-conformance` tests it; one macro call runs
/// the suite on an implementation.
pub trait StorageBackend: Read + MaybeSend + MaybeSync {
    /// Returns a snapshot of the newest committed state.
    ///
    /// # Errors
    ///
    /// The errors of the engine.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>>;

    /// Runs `body` and commits its writes: all of them, or none if it returns an error or panics.
    ///
    /// After `Ok`, every later read of this backend sees the writes. The engine may run the body more than once, and
    /// commits the writes of the last run only. It never gives a body an error whose only cause is that it will run again.
    ///
    /// A body must not wait for another thread's transaction, because that transaction may wait for this one to end.
    /// With group commit, `transact` can wait for the bodies of other threads even after its own body has returned.
    ///
    /// # Errors
    ///
    /// The error of the body, [`ErrorKind::NestedTransaction`] inside another body of this backend on the same thread, or
    /// the errors of the engine. After an error nothing was written, with one exception: after
    /// [`ErrorKind::CommitUnknown`] the writes may be stored, all of them or none. An engine returns it when the last step of a
    /// commit fails.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()>;

    /// Returns `true` if transactions commit in the order in which their bodies end: of two that commit, the one whose
    /// last run of its body ended first is the earlier commit.
    ///
    /// An engine that runs one body at a time and never lets a later one commit before an earlier one should return
    /// `true`. Then the transactions of several threads can share a sync even while somebody watches an
    /// [`Observed`](crate::layers::Observed) layer, which takes the order of the commits from that of the bodies. The default
    /// returns `false`. Then that layer runs its transactions one after the other while somebody watches it.
    ///
    /// A layer must pass the call on.
    fn commits_in_order(&self) -> bool {
        false
    }

    /// Calls `listener` when the engine is closed by a call, such as one that closes its file for all handles.
    ///
    /// The default does nothing, for an engine that closes only when it is dropped. An engine with such a call keeps the
    /// listeners in [`Listeners`](super::Listeners). A layer must pass the call on. The receivers of an
    /// [`Observed`](crate::layers::Observed) layer end in this way.
    fn on_close(&self, listener: Weak<dyn Notify>) {
        drop(listener);
    }

    /// Calls `listener` each time the engine was opened again after a failure. The newest state may then differ from what the
    /// transactions have told: it may have a commit that ended with [`ErrorKind::CommitUnknown`], and lack commits that were not
    /// durable yet.
    ///
    /// The default does nothing, for an engine that is never opened again. A layer must pass the call on. The receivers of an
    /// [`Observed`](crate::layers::Observed) layer get a gap in this way.
    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        drop(listener);
    }

    /// Calls `listener` after another process may have committed to the database. It is a hint: one may be missed, and one may
    /// tell of nothing.
    ///
    /// The default does nothing, for an engine that can't tell. A layer must pass the call on. A
    /// [`Logged`](crate::layers::Logged) layer reads its log then. An engine through which commits must be told to the other
    /// processes does that from the first call on, so that databases without a log don't pay for it.
    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        drop(listener);
    }
}

/// Conveniences for the callers of a backend. Every backend has them.
///
/// ```
/// use keyloft::{Partition, Read, StorageBackendExt, Transaction};
/// use keyloft_memory::MemoryBackend;
///
/// let backend = MemoryBackend::new();
/// let notes = Partition::from("notes");
/// let total = backend.transaction(|tx| {
///     tx.put(&notes, b"1", b"milk")?;
///     tx.put(&notes, b"2", b"bread")?;
///     tx.count(&notes, keyloft::backend::KeyRange::ALL)
/// })?;
/// assert_eq!(total, 2);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait StorageBackendExt: StorageBackend {
    /// Runs `body` in a transaction and returns its result: see [`transact`](StorageBackend::transact).
    ///
    /// # Errors
    ///
    /// The error of the body, and the errors of [`transact`](StorageBackend::transact).
    fn transaction<T>(&self, mut body: impl FnMut(&mut dyn Transaction) -> Result<T>) -> Result<T> {
        let mut returned = None;
        self.transact(&mut |tx| {
            returned = Some(body(tx)?);
            Ok(())
        })?;
        // `None` is an engine that broke its contract: it committed without running the body.
        returned.ok_or_else(|| ErrorKind::Aborted.into())
    }

    /// Runs `body`, whose errors have the caller's type, in a transaction. Returns its result.
    ///
    /// The compiler infers the error type from the use of the result, for example from the return type of the caller. A
    /// `?` after the call hides the type: name it in the body then, as in `Ok::<_, Refused>(())`.
    ///
    /// ```
    /// use keyloft::prelude::*;
    /// use keyloft_memory::MemoryBackend;
    ///
    /// #[derive(Debug)]
    /// enum Refused {
    ///     SoldOut,
    ///     Storage(Error),
    /// }
    ///
    /// impl From<Error> for Refused {
    ///     fn from(error: Error) -> Self {
    ///         Self::Storage(error)
    ///     }
    /// }
    ///
    /// let backend = std::sync::Arc::new(MemoryBackend::new());
    /// let stock = Table::<String, u32>::new(backend.clone(), "stock");
    /// let sold = backend.try_transaction(|tx| match stock.within(tx).get(&"tea".to_owned())? {
    ///     Some(left) if left > 0 => Ok(stock.within(tx).put(&"tea".to_owned(), &(left - 1))?),
    ///     _ => Err(Refused::SoldOut),
    /// });
    /// assert!(matches!(sold, Err(Refused::SoldOut)));
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the body, and the errors of [`transact`](StorageBackend::transact).
    fn try_transaction<T, E: From<Error>>(
        &self,
        mut body: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut refused = None;
        let committed = self.transaction(|tx| {
            // The error of a run that was repeated is not the error of this one.
            refused = None;
            body(tx).map_err(|error| {
                refused = Some(error);
                Error::from(ErrorKind::Aborted)
            })
        });
        match (committed, refused) {
            (Err(aborted), Some(error)) if matches!(aborted.kind(), ErrorKind::Aborted) => Err(error),
            (committed, _) => Ok(committed?),
        }
    }
}

impl<B: StorageBackend + ?Sized> StorageBackendExt for B {}

impl<B: StorageBackend + ?Sized> StorageBackend for &B {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        (**self).snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        (**self).transact(body)
    }

    fn commits_in_order(&self) -> bool {
        (**self).commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        (**self).on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        (**self).on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        (**self).on_foreign_commit(listener);
    }
}

impl<B: StorageBackend + ?Sized> StorageBackend for Arc<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        (**self).snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        (**self).transact(body)
    }

    fn commits_in_order(&self) -> bool {
        (**self).commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        (**self).on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        (**self).on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        (**self).on_foreign_commit(listener);
    }
}
