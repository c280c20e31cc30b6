//! [`StorageBackend`]: an engine.

use alloc::sync::Arc;

use super::{Read, Transaction};
use crate::error::{Error, Result};
#[cfg(feature = "std")]
use crate::layers::Feed;
use crate::maybe_send::{MaybeSend, MaybeSync};

/// What a transaction runs. An engine may run it more than once.
pub type TransactionBody<'a> = dyn FnMut(&mut dyn Transaction) -> Result<()> + 'a;

/// A consistent view: what is committed after it was taken is not in it.
///
/// It may be held as long as you like; an engine can't reuse the space of what it shows until it is dropped.
pub trait Snapshot: Read + MaybeSend + MaybeSync {}

/// An engine: partitions of bytes, snapshots and transactions.
///
/// Its own reads see the newest committed state, each call by itself. Readers and the writer do not wait for each
/// other: a commit may happen while a scan is open, which does not see it.
///
/// `keyloft-conformance` is the contract as a suite of tests that one macro call runs on an implementation.
pub trait StorageBackend: Read + MaybeSend + MaybeSync {
    /// A view of what is committed now.
    ///
    /// # Errors
    ///
    /// What the engine reports.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>>;

    /// Runs `body` and commits what it wrote, all of it; if it returns an error or panics, nothing of it.
    ///
    /// When it returns `Ok`, every later read of this backend sees the writes. The engine may run the body again
    /// before that, when it conflicts with another transaction. A body must not wait for another thread's transaction:
    /// that one may wait for this one's end, and with group commit even after its own body has returned.
    ///
    /// # Errors
    ///
    /// What the body returned; [`Error::NestedTransaction`] inside another body on the same thread; what the engine
    /// reports, in which case nothing was written.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()>;

    /// The changes of this backend, if it or what it wraps is [`Observed`](crate::layers::Observed).
    ///
    /// A layer hands on that of the backend it wraps; an engine has none.
    #[cfg(feature = "std")]
    fn feed(&self) -> Option<Feed> {
        None
    }
}

/// What callers want of a backend, the same for all.
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
    /// Runs `body` in a transaction and returns what it returned: see [`transact`](StorageBackend::transact).
    ///
    /// # Errors
    ///
    /// What the body returned, or what the engine reports.
    fn transaction<T>(&self, mut body: impl FnMut(&mut dyn Transaction) -> Result<T>) -> Result<T> {
        let mut returned = None;
        self.transact(&mut |tx| {
            returned = Some(body(tx)?);
            Ok(())
        })?;
        // An engine that commits without running the body has broken its contract.
        returned.ok_or(Error::Aborted)
    }

    /// Runs a body with an error type of its own in a transaction, and returns what it returned.
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
    /// What the body returned, or what the engine reports.
    fn try_transaction<T, E: From<Error>>(
        &self,
        mut body: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut refused = None;
        let committed = self.transaction(|tx| {
            body(tx).map_err(|error| {
                refused = Some(error);
                Error::Aborted
            })
        });
        match (committed, refused) {
            (Err(Error::Aborted), Some(error)) => Err(error),
            (committed, _) => Ok(committed?),
        }
    }
}

impl<B: StorageBackend + ?Sized> StorageBackendExt for B {}

macro_rules! forward_backend {
    ($($pointer:ty),+) => {$(
        impl<B: StorageBackend + ?Sized> StorageBackend for $pointer {
            fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
                (**self).snapshot()
            }

            fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
                (**self).transact(body)
            }

            #[cfg(feature = "std")]
            fn feed(&self) -> Option<Feed> {
                (**self).feed()
            }
        }
    )+};
}

forward_backend!(&B, Arc<B>);
