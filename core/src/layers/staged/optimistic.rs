//! The staged transactions that find conflicts when they commit.

use alloc::sync::Arc;

use super::Staged;
use super::tracked::Tracked;
use crate::backend::StorageBackend;
use crate::error::{ErrorKind, Result};

impl Staged {
    /// Begins a transaction that notes what it reads, so that [`commit`](Self::commit) finds conflicts. Other writers go on
    /// while it is open.
    ///
    /// It is for work between reads and writes that takes long, and seldom meets others. A note is kept for each key and each
    /// range that is read. The commit reads them again.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::layers::Staged;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let stock = Table::<String, u32>::new(backend.clone(), "stock");
    /// stock.put(&"tea".into(), &1)?;
    ///
    /// let mut order = Staged::optimistic(&backend)?;
    /// let left = stock.within(&mut order).get(&"tea".into())?.unwrap_or(0);
    /// stock.within(&mut order).put(&"tea".into(), &(left - 1))?;
    ///
    /// // Somebody else buys it before the order is paid.
    /// stock.put(&"tea".into(), &0)?;
    /// assert_eq!(order.commit(&backend).unwrap_err().code(), "Conflict");
    /// assert_eq!(stock.get(&"tea".into())?, Some(0));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`snapshot`](StorageBackend::snapshot).
    pub fn optimistic(backend: &(impl StorageBackend + ?Sized)) -> Result<Self> {
        let tracked = Arc::new(Tracked::new(backend.snapshot()?));
        let staged = Self::over(tracked.clone(), backend.backend_id());
        Ok(Self { tracked: Some(tracked), ..staged })
    }

    /// Commits the writes, if nothing that an [optimistic](Self::optimistic) transaction has read has changed since.
    ///
    /// After a conflict nothing was written: begin again, with [`optimistic`](Self::optimistic) or
    /// [`retry`](Self::retry).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] with the place of a read that has changed, the errors of [`apply`](Self::apply), or those of
    /// the commit.
    pub fn commit(&self, backend: &(impl StorageBackend + ?Sized)) -> Result<()> {
        backend.transact(&mut |tx| {
            if let Some(tracked) = &self.tracked {
                tracked.check(tx)?;
            }
            self.apply(tx)
        })
    }

    /// Runs the body in optimistic transactions until one commits without a conflict, at most `tries` times. Returns the
    /// body's result.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::layers::Staged;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let visits = Table::<String, u64>::new(backend.clone(), "visits");
    /// let count = Staged::retry(&backend, 10, |tx| {
    ///     let count = visits.within(tx).get(&"home".into())?.unwrap_or(0) + 1;
    ///     visits.within(tx).put(&"home".into(), &count)?;
    ///     Ok(count)
    /// })?;
    /// assert_eq!((count, visits.get(&"home".into())?), (1, Some(1)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] of the last try, the errors of the body, or those of [`commit`](Self::commit).
    pub fn retry<T>(
        backend: &(impl StorageBackend + ?Sized),
        tries: u32,
        mut body: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let mut left = tries.max(1);
        loop {
            left -= 1;
            let mut staged = Self::optimistic(backend)?;
            let result = body(&mut staged)?;
            match staged.commit(backend) {
                Ok(()) => return Ok(result),
                Err(error) if left > 0 && matches!(error.kind(), ErrorKind::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
