//! [`Turn`]: the time that a transaction may wait for its turn to write.

use std::sync::Arc;
use std::time::{Duration, Instant};

use keyloft::backend::TransactionBody;
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Result, StorageBackend};

use crate::RedbBackend;

impl RedbBackend {
    /// Returns a handle to the same database whose transactions wait for their turn to write at most this long, and then return
    /// [`WriterBusy`](keyloft::ErrorKind::WriterBusy). Their bodies don't run then. A duration of 0 doesn't wait.
    ///
    /// The turn may be that of another thread, or with [`Sharing::MultiWriter`](crate::Sharing::MultiWriter) that of another
    /// process. The limit is for the turn only, and not for the body and the commit. Calls without a limit wait in a queue, and
    /// calls with a limit beside it: while others write without a pause, theirs may come late. The limit also holds for maintenance
    /// that waits for another thread, but not where it waits for another process.
    ///
    /// ```
    /// use std::time::Duration;
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// let impatient = backend.with_patience(Duration::from_millis(5));
    /// backend.transact(&mut |tx| {
    ///     std::thread::scope(|scope| {
    ///         let write = || impatient.transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"));
    ///         let refused = scope.spawn(write).join().expect("no panic").unwrap_err();
    ///         assert_eq!(refused.code(), "WriterBusy");
    ///     });
    ///     tx.put(&Partition::from("notes"), b"2", b"bread")
    /// })?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use = "the handle itself still waits without a limit"]
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self { shared: Arc::clone(&self.shared), patience: Some(patience) }
    }

    /// Runs `body` as [`transact`](StorageBackend::transact) does, if it is its turn at once.
    ///
    /// ```
    /// use keyloft::Partition;
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// backend.try_transact(&mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"))?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WriterBusy`](keyloft::ErrorKind::WriterBusy) if another thread or process writes, and the errors of `transact`.
    pub fn try_transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.transact_within(Duration::ZERO, body)
    }

    /// Runs `body` as [`transact`](StorageBackend::transact) does, if its turn comes within this time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use keyloft::Partition;
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// backend.transact_within(Duration::from_secs(1), &mut |tx| tx.put(&Partition::from("notes"), b"1", b"milk"))?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WriterBusy`](keyloft::ErrorKind::WriterBusy) if the turn does not come in time, and the errors of `transact`.
    pub fn transact_within(&self, patience: Duration, body: &mut TransactionBody<'_>) -> Result<()> {
        self.with_patience(patience).transact(body)
    }
}

/// The time that a transaction may wait for its turn to write, from its call on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    patience: Duration,
    /// `None` for a time that no clock reaches.
    until: Option<Instant>,
}

/// The longest sleep between two tries. A writer of another process leaves the file free for a short time only.
const LONGEST_SLEEP: Duration = Duration::from_micros(500);

impl Turn {
    pub(crate) fn within(patience: Duration) -> Self {
        Self { patience, until: Instant::now().checked_add(patience) }
    }

    /// Calls `attempt` until it returns a value, or until the time is over. Returns `None` then.
    pub(crate) fn wait<T>(self, mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
        let mut sleep = Duration::from_micros(20);
        loop {
            if let Some(value) = attempt()? {
                return Ok(Some(value));
            }
            let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            std::thread::sleep(left.map_or(sleep, |left| left.min(sleep)));
            sleep = (sleep * 2).min(LONGEST_SLEEP);
        }
    }

    /// Returns the error of a turn that did not come.
    pub(crate) fn missed(self, path: &str) -> Error {
        let waited_ms = u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX);
        ErrorKind::WriterBusy { place: Place::at_path(path), waited_ms }.into()
    }
}
