//! The repair of a table by encoded keys: rebuilding its indexes and discarding damaged entities.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::ops::ControlFlow;

use super::RawWriter;
use super::clear::clear_indexes;
use super::load::RUN_BYTES;
use crate::backend::{Direction, KeyRange, KeySpan};
use crate::error::{ErrorKind, Result};
use crate::store::Skipped;
use crate::store::access::scoped_span;
use crate::store::index::{IndexUpdate, Values};
use crate::store::read::{IndexedValues, Rest};

/// The memory that an index entry takes in a run, without its bytes.
const ENTRY_BYTES: usize = 128;

impl<V: 'static> RawWriter<'_, V> {
    /// Rebuilds the indexes from the entities in the writer's scope. Returns the number of entries.
    ///
    /// Entities that can't be decoded are added to `skipped`. Without it, they are errors. `report` gets the number of rows that
    /// have been read, and ends the work if it breaks.
    pub(super) fn reindex(
        &mut self,
        mut skipped: Option<&mut Vec<Skipped>>,
        report: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64> {
        if self.scope.is_empty() {
            clear_indexes(self.tx, &self.layout.partition)?;
        } else {
            let scope = self.scope;
            self.delete_entries(|key| key.starts_with(scope))?;
        }
        let layout = Arc::clone(self.layout);
        let mut rest = Rest::new(scoped_span(self.scope, KeySpan::ALL));
        let (mut entries, mut bytes, mut rows) = (0, 0, 0);
        let mut readable = Vec::new();
        loop {
            let chunk = self.reader().next_values(&mut rest)?;
            let is_last = chunk.is_none();
            rows += u64::try_from(chunk.as_ref().map_or(0, Vec::len)).unwrap_or(u64::MAX);
            for IndexedValues { key, values, .. } in chunk.into_iter().flatten() {
                match (values, &mut skipped) {
                    (Ok(values), _) => {
                        for value in values.iter().flat_map(Values::as_slice) {
                            bytes += ENTRY_BYTES + value.len() + key.len();
                        }
                        readable.push((key, values));
                    }
                    // A newer program can read it, and would miss its index entries.
                    (Err(error), _) if matches!(error.kind(), ErrorKind::NewerVersion { .. }) => {
                        return Err(error);
                    }
                    (Err(error), None) => return Err(error),
                    (Err(error), Some(skipped)) => skipped.push(Skipped { key, error }),
                }
            }
            // The entries of an index have another order than the entities. A long run of them is faster for an engine to sort
            // and store than a few at a time.
            if is_last || bytes >= RUN_BYTES {
                let mut update = IndexUpdate::default();
                for (key, values) in &mut readable {
                    for ((number, index), values) in layout.indexes.iter().enumerate().zip(mem::take(values))
                    {
                        update.add((&**index, number), key, values);
                    }
                }
                entries += update.write(self.tx, &layout)?;
                readable.clear();
                bytes = 0;
            }
            if is_last {
                break;
            }
            if report(rows).is_break() {
                return Err(ErrorKind::Cancelled.into());
            }
        }
        // A writer of one scope leaves the entries of the others as they are.
        if self.scope.is_empty() {
            self.set_built()?;
        }
        Ok(entries)
    }

    /// Deletes the entry under the key and the index entries that name it, without decoding the entity.
    pub(super) fn discard(&mut self, key: &[u8]) -> Result<bool> {
        // The caller passes a key of the whole partition, which may belong to another user.
        if !key.starts_with(self.scope) {
            return Ok(false);
        }
        self.delete_entries(|named| named == key)?;
        self.tx.delete(&self.layout.partition, key)
    }

    /// Deletes the index entries for whose entity's key `matches` returns `true`. It scans whole indexes.
    ///
    /// An entry that can't be parsed stays, because its key is unknown.
    fn delete_entries(&mut self, matches: impl Fn(&[u8]) -> bool) -> Result<()> {
        let layout = Arc::clone(self.layout);
        for entries in layout.indexes.iter().map(|index| &index.entries) {
            let mut matching: Vec<Vec<u8>> = Vec::new();
            self.tx.scan(&entries.partition, KeyRange::ALL, Direction::Forward, &mut |entry, stored| {
                if entries.parse(entry, stored).is_ok_and(|(_, key)| matches(key)) {
                    matching.push(entry.to_vec());
                }
                ControlFlow::Continue(())
            })?;
            let matching: Vec<&[u8]> = matching.iter().map(Vec::as_slice).collect();
            self.tx.delete_many(&entries.partition, &matching)?;
        }
        Ok(())
    }
}
