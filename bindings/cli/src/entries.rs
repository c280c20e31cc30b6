//! [`Entries`]: an iterator over the entries of a partition.

use std::ops::{Bound, ControlFlow};
use std::vec;

use keyloft::Result;
use keyloft::backend::{Direction, KeyRange, Partition, Read};

/// The number of entries that are read at once.
const CHUNK: usize = 256;

/// An iterator over the entries of a partition, in chunks. An error ends it.
pub(crate) struct Entries<'a> {
    reader: &'a dyn Read,
    partition: Partition,
    chunk: vec::IntoIter<(Vec<u8>, Vec<u8>)>,
    /// The last key, after which the next chunk begins.
    last: Option<Vec<u8>>,
    is_done: bool,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(reader: &'a dyn Read, partition: Partition) -> Self {
        Self { reader, partition, chunk: Vec::new().into_iter(), last: None, is_done: false }
    }

    fn fetch(&mut self) -> Result<()> {
        let lower = self.last.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let range = KeyRange { lower, upper: Bound::Unbounded };
        let mut chunk = Vec::new();
        self.reader.scan(&self.partition, range, Direction::Forward, &mut |key, value| {
            chunk.push((key.to_vec(), value.to_vec()));
            if chunk.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        self.is_done = chunk.len() < CHUNK;
        if let Some((last, _)) = chunk.last() {
            self.last = Some(last.clone());
        }
        self.chunk = chunk.into_iter();
        Ok(())
    }
}

impl Iterator for Entries<'_> {
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
