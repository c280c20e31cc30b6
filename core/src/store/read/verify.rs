//! The comparison of a table's entities with its indexes.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Mismatch, RawReader};
use crate::backend::{Direction, EACH_KEY, KeySpan, MAX_KEY_LEN, scan_on};
use crate::error::Result;
use crate::store::access::scoped_span;
use crate::store::index::{TableIndex, Values};
use crate::store::schema::Layout;

/// The number of entities or index entries that are in memory at a time.
const CHUNK: usize = 256;

/// The key and the indexed values of an entity.
pub(crate) struct IndexedValues {
    pub(crate) key: Vec<u8>,
    /// The values in each index, in the schema's order, or the error of an entity that can't be decoded.
    pub(crate) values: Result<Vec<Values>>,
    /// `false` if the entity is stored in other bytes than its codec writes. Only [`verified`](Self::verified) looks for that.
    is_canonical: bool,
}

/// Reads the key and the indexed values of a stored entity.
type ReadValues<V> = fn(&Layout<V>, &[u8], &[u8]) -> IndexedValues;

impl IndexedValues {
    /// Decodes a stored entity.
    fn of<V: 'static>(layout: &Layout<V>, key: &[u8], stored: &[u8]) -> Self {
        Self::with(layout, key, stored, |_| true)
    }

    /// Decodes a stored entity, and compares its bytes with those that its codec writes.
    pub(super) fn verified<V: 'static>(layout: &Layout<V>, key: &[u8], stored: &[u8]) -> Self {
        Self::with(layout, key, stored, |entity| layout.is_canonical(key, stored, entity))
    }

    fn with<V: 'static>(
        layout: &Layout<V>,
        key: &[u8],
        stored: &[u8],
        is_canonical: impl FnOnce(&V) -> bool,
    ) -> Self {
        let entity = (layout.check_key)(key)
            .map_err(|error| error.in_partition(&layout.partition))
            .and_then(|()| layout.decode_at(key, stored));
        let is_canonical = entity.as_ref().map_or(true, is_canonical);
        let values =
            |entity| layout.indexes.iter().map(|index| Values::of(&*index.definition, &entity)).collect();
        Self { key: key.to_vec(), values: entity.map(values), is_canonical }
    }
}

/// The entities that a loop over all of them has still to read. The table doesn't change during the loop.
pub(crate) struct Rest {
    span: KeySpan,
    has_begun: bool,
    is_empty: bool,
}

impl Rest {
    pub(crate) fn new(span: KeySpan) -> Self {
        Self { span, has_begun: false, is_empty: false }
    }
}

/// A parsed index entry.
pub(super) struct ParsedEntry {
    value: Vec<u8>,
    key: Vec<u8>,
}

impl<V: 'static> RawReader<'_, V> {
    /// Compares the entities with the index entries, in both directions.
    pub(super) fn verify_each(&self, report: &mut dyn FnMut(Mismatch) -> Result<()>) -> Result<()> {
        self.verify_entities(report)?;
        self.built_indexes().try_for_each(|(_, index)| self.verify_index(index, report))
    }

    /// Returns the indexes that should be complete, with their positions.
    pub(super) fn built_indexes(&self) -> impl Iterator<Item = (usize, &TableIndex<V>)> {
        let indexes = self.layout.indexes.iter().map(|index| &**index).enumerate();
        indexes.filter(|(position, _)| self.indexes.is_built(*position))
    }

    /// Checks that every entity can be decoded and has its index entries.
    fn verify_entities(&self, report: &mut dyn FnMut(Mismatch) -> Result<()>) -> Result<()> {
        let mut rest = Rest::new(scoped_span(self.scope, KeySpan::ALL));
        while let Some(chunk) = self.next_chunk(&mut rest, IndexedValues::verified)? {
            self.verify_rows(&chunk, report)?;
        }
        Ok(())
    }

    /// Checks that these entities can be decoded, are in their codec's bytes, and have their index entries.
    pub(super) fn verify_rows(
        &self,
        rows: &[IndexedValues],
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        for IndexedValues { key, values, is_canonical } in rows {
            if let Err(error) = values {
                report(Mismatch::Unreadable { key: key.clone(), reason: error.to_string() })?;
            }
            if !is_canonical {
                report(Mismatch::NotCanonical { key: key.clone() })?;
            }
        }
        for (position, index) in self.built_indexes() {
            let pairs: Vec<(&[u8], &[u8])> = rows
                .iter()
                .flat_map(|IndexedValues { key, values, .. }| {
                    let values = values.as_ref().ok().and_then(|values| values.get(position));
                    let values = values.map_or(&[][..], Values::as_slice);
                    values.iter().map(|value| (value.as_slice(), key.as_slice()))
                })
                .collect();
            self.verify_indexed(index, &pairs, report)?;
        }
        Ok(())
    }

    /// Checks that the index has the entries for these values and keys.
    fn verify_indexed(
        &self,
        index: &TableIndex<V>,
        pairs: &[(&[u8], &[u8])],
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let entries: Vec<Cow<'_, [u8]>> =
            pairs.iter().map(|&(value, key)| index.entries.encode(value, key).0).collect();
        let entries: Vec<&[u8]> = entries.iter().map(AsRef::as_ref).collect();
        let mut present = Vec::new();
        present.resize(pairs.len(), false);
        self.reader.get_many(&index.entries.partition, &entries, &mut |position, stored| {
            if let (Some(present), Some((_, key))) = (present.get_mut(position), pairs.get(position)) {
                *present = !index.entries.is_unique || stored == *key;
            }
        })?;
        for (&(value, key), _) in pairs.iter().zip(present).filter(|&(_, present)| !present) {
            let name = index.entries.name.clone();
            let (value, key) = (value.to_vec(), key.to_vec());
            report(match self.holder(index, &value)? {
                Some(holder) => Mismatch::Taken { index: name, value, key, holder },
                None => Mismatch::Missing { index: name, value, key },
            })?;
        }
        Ok(())
    }

    /// Returns the key of the entity that holds the value in a unique index.
    ///
    /// Returns `None` if the index is not unique, if it has no entry for the value, or if the entry's entity has
    /// another value.
    fn holder(&self, index: &TableIndex<V>, value: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut holder = None;
        if index.entries.is_unique {
            self.reader.get(&index.entries.partition, value, &mut |stored| holder = Some(stored.to_vec()))?;
        }
        let Some(holder) = holder else { return Ok(None) };
        let mut has_value = false;
        self.reader.get(&self.layout.partition, &holder, &mut |stored| {
            let entity = self.layout.decode(&holder, stored);
            has_value = entity.is_ok_and(|entity| index.definition.has(&entity, value));
        })?;
        Ok(Some(holder).filter(|_| has_value))
    }

    /// Checks that every entry of the index names an entity that has its value.
    fn verify_index(
        &self,
        index: &TableIndex<V>,
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let mut span = KeySpan::ALL;
        let mut is_rest = false;
        loop {
            let mut parsed = Vec::new();
            let mut malformed = Vec::new();
            let partition = &index.entries.partition;
            let more = scan_on::<EACH_KEY>(
                self.reader,
                partition,
                &mut span,
                Direction::Forward,
                is_rest,
                |entry, stored| {
                    match parse(index, entry, stored) {
                        Ok(entry) if entry.key.starts_with(self.scope) => parsed.push(entry),
                        Err(reason) if self.scope.is_empty() => malformed.push(Mismatch::Malformed {
                            index: index.entries.name.clone(),
                            entry: entry.to_vec(),
                            reason,
                        }),
                        // A reader of one scope must not see the entries of another. The scope of an entry that can't be
                        // parsed is unknown.
                        Ok(_) | Err(_) => return ControlFlow::Continue(()),
                    }
                    if parsed.len() + malformed.len() < CHUNK {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                },
            )?;
            malformed.into_iter().try_for_each(&mut *report)?;
            self.verify_parsed(index, parsed, report)?;
            if !more {
                return Ok(());
            }
            is_rest = true;
        }
    }

    /// Checks that these index entries name entities that have their values.
    pub(super) fn verify_parsed(
        &self,
        index: &TableIndex<V>,
        entries: Vec<ParsedEntry>,
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let keys: Vec<&[u8]> = entries.iter().map(|entry| entry.key.as_slice()).collect();
        let mut states = Vec::new();
        states.resize(entries.len(), EntryState::Dangling);
        self.reader.get_many(&self.layout.partition, &keys, &mut |position, stored| {
            if let (Some(state), Some(entry)) = (states.get_mut(position), entries.get(position)) {
                *state = match self.layout.decode(&entry.key, stored) {
                    Ok(entity) if !index.definition.has(&entity, &entry.value) => EntryState::Stale,
                    // `verify_entities` reports an entity that can't be decoded.
                    _ => EntryState::Valid,
                };
            }
        })?;
        for (ParsedEntry { value, key }, state) in entries.into_iter().zip(states) {
            let index = index.entries.name.clone();
            match state {
                EntryState::Valid => {}
                EntryState::Stale => report(Mismatch::Stale { index, value, key })?,
                EntryState::Dangling => report(Mismatch::Dangling { index, value, key })?,
            }
        }
        Ok(())
    }

    /// Returns the keys and indexed values of the next entities of the rest, which has only the keys after them from then on.
    /// Returns `None` if it has no more entities.
    pub(crate) fn next_values(&self, rest: &mut Rest) -> Result<Option<Vec<IndexedValues>>> {
        self.next_chunk(rest, IndexedValues::of)
    }

    fn next_chunk(&self, rest: &mut Rest, read: ReadValues<V>) -> Result<Option<Vec<IndexedValues>>> {
        if rest.is_empty {
            return Ok(None);
        }
        let layout = self.layout;
        let mut chunk = Vec::new();
        let Rest { span, has_begun, .. } = rest;
        let more = scan_on::<EACH_KEY>(
            self.reader,
            &layout.partition,
            span,
            Direction::Forward,
            *has_begun,
            |key, stored| {
                chunk.push(read(layout, key, stored));
                if chunk.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        )?;
        rest.has_begun = true;
        rest.is_empty = !more;
        Ok(Some(chunk))
    }
}

/// The state of a parsed index entry, by the entity under its key.
#[derive(Clone, Copy)]
enum EntryState {
    Dangling,
    Stale,
    Valid,
}

/// Parses an entry, and refuses a stored value that no entry of such an index has. Reads ignore that value.
pub(super) fn parse<V>(index: &TableIndex<V>, entry: &[u8], stored: &[u8]) -> Result<ParsedEntry, String> {
    if index.entries.is_unique && stored.len() > MAX_KEY_LEN {
        return Err("its value is too long for a key".into());
    }
    if !index.entries.is_unique && !stored.is_empty() {
        return Err("its value is not empty".into());
    }
    match index.entries.parse(entry, stored) {
        Ok((value, key)) => Ok(ParsedEntry { value: value.into_owned(), key: key.to_vec() }),
        Err(error) => Err(error.to_string()),
    }
}
