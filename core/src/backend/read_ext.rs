//! [`ReadExt`] and [`Entries`]: owned keys and values.

use alloc::sync::Arc;
use alloc::vec::{self, Vec};
use core::iter::FusedIterator;
use core::ops::ControlFlow;

use super::{Direction, EACH_KEY, KeySpan, Partition, Read, Snapshot, StorageBackend, scan_on};
use crate::error::Result;

/// The most entries, and the most bytes, that are read at once, besides the entry that reaches them.
const CHUNK: usize = 64;
const CHUNK_BYTES: usize = 256 << 10;

/// Reads that return what they find, for code over bytes. Tables need none of them.
pub trait ReadExt: Read {
    /// Returns the value of a key.
    ///
    /// ```
    /// use keyloft::Partition;
    /// use keyloft::backend::ReadExt;
    /// use keyloft::prelude::*;
    ///
    /// let backend = keyloft_memory::MemoryBackend::new();
    /// let notes = Partition::from("notes");
    /// backend.transaction(|tx| tx.put(&notes, b"1", b"milk"))?;
    /// assert_eq!(backend.get_owned(&notes, b"1")?.as_deref(), Some(&b"milk"[..]));
    /// assert_eq!(backend.get_owned(&notes, b"2")?, None);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`get`](Read::get).
    fn get_owned(&self, partition: &Partition, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut found = None;
        self.get(partition, key, &mut |value| found = Some(value.to_vec()))?;
        Ok(found)
    }
}

impl<R: Read + ?Sized> ReadExt for R {}

/// An iterator over the entries of a partition, as bytes. It owns its snapshot, or borrows what it reads.
///
/// It reads a chunk of entries at a time. An error ends it.
///
/// ```
/// use keyloft::Partition;
/// use keyloft::backend::{Direction, Entries, KeySpan};
/// use keyloft::prelude::*;
/// use keyloft::Transaction;
///
/// /// The iterator outlives the backend's borrow.
/// fn notes(backend: &impl StorageBackend) -> Result<Entries<std::sync::Arc<dyn keyloft::Snapshot>>> {
///     Entries::of(backend, &"notes".into(), KeySpan::of_prefix(b"a"), Direction::Backward)
/// }
///
/// let backend = keyloft_memory::MemoryBackend::new();
/// backend.transaction(|tx| {
///     tx.put(&"notes".into(), b"a1", b"milk")?;
///     tx.put(&"notes".into(), b"a2", b"bread")?;
///     tx.put(&"notes".into(), b"b1", b"tea")
/// })?;
/// let entries = notes(&backend)?.collect::<Result<Vec<_>>>()?;
/// assert_eq!(entries, [(b"a2".to_vec(), b"bread".to_vec()), (b"a1".to_vec(), b"milk".to_vec())]);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Debug)]
pub struct Entries<R> {
    reader: R,
    partition: Partition,
    /// The keys that were not read yet.
    span: KeySpan,
    direction: Direction,
    has_begun: bool,
    is_done: bool,
    chunk: vec::IntoIter<(Vec<u8>, Vec<u8>)>,
}

impl Entries<Arc<dyn Snapshot>> {
    /// Creates an iterator over a new snapshot of the backend.
    ///
    /// # Errors
    ///
    /// The errors of [`snapshot`](StorageBackend::snapshot).
    pub fn of(
        backend: &(impl StorageBackend + ?Sized),
        partition: &Partition,
        span: KeySpan,
        direction: Direction,
    ) -> Result<Self> {
        Ok(Self::at(backend.snapshot()?, partition, span, direction))
    }
}

impl<R: Read> Entries<R> {
    /// Creates an iterator over this reader: a snapshot, a transaction, or a reference to one.
    pub fn at(reader: R, partition: &Partition, span: KeySpan, direction: Direction) -> Self {
        let chunk = Vec::new().into_iter();
        Self {
            reader,
            partition: partition.clone(),
            span,
            direction,
            has_begun: false,
            is_done: false,
            chunk,
        }
    }

    fn fetch(&mut self) -> Result<()> {
        let Self { reader, partition, span, direction, has_begun, .. } = self;
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        let more = scan_on::<EACH_KEY>(reader, partition, span, *direction, *has_begun, |key, value| {
            bytes += key.len() + value.len();
            chunk.push((key.to_vec(), value.to_vec()));
            if chunk.len() < CHUNK && bytes < CHUNK_BYTES {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        self.has_begun = true;
        self.is_done = !more;
        self.chunk = chunk.into_iter();
        Ok(())
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<(Vec<u8>, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.chunk.next() {
                return Some(Ok(entry));
            }
            if self.is_done {
                return None;
            }
            if let Err(error) = self.fetch() {
                self.is_done = true;
                return Some(Err(error));
            }
        }
    }
}

impl<R: Read> FusedIterator for Entries<R> {}
