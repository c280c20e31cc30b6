//! The comparison of a table's entities with its indexes.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Mismatch, RawReader};
use crate::backend::{Direction, KeySpan, MAX_KEY_LEN};
use crate::error::Result;
use crate::store::access::scoped_span;
use crate::store::index::BoundIndex;

/// The number of entities, or index entries, that are held at a time.
const CHUNK: usize = 256;

/// An entity as the indexes see it.
pub(crate) struct Indexed {
    pub(crate) key: Vec<u8>,
    /// Its value in each index, in the schema's order.
    pub(crate) values: Result<Vec<Option<Vec<u8>>>>,
}

/// A parsed index entry.
struct Named {
    value: Vec<u8>,
    key: Vec<u8>,
}

impl<V: 'static> RawReader<'_, V> {
    /// Compares the entities with the index entries, both ways.
    pub(super) fn verify_each(&self, report: &mut dyn FnMut(Mismatch) -> Result<()>) -> Result<()> {
        self.verify_entities(report)?;
        self.layout.indexes.iter().try_for_each(|index| self.verify_index(index, report))
    }

    /// Checks that every entity can be decoded and is in its indexes.
    fn verify_entities(&self, report: &mut dyn FnMut(Mismatch) -> Result<()>) -> Result<()> {
        let mut span = scoped_span(self.scope, KeySpan::ALL);
        while let Some(chunk) = self.next_indexed(&mut span)? {
            for Indexed { key, values } in &chunk {
                if let Err(error) = values {
                    report(Mismatch::Unreadable { key: key.clone(), reason: error.to_string() })?;
                }
            }
            for (position, index) in self.layout.indexes.iter().enumerate() {
                let valued: Vec<(&[u8], &[u8])> = chunk
                    .iter()
                    .filter_map(|Indexed { key, values }| {
                        let value = values.as_ref().ok()?.get(position)?.as_deref()?;
                        Some((value, key.as_slice()))
                    })
                    .collect();
                self.verify_indexed(index, &valued, report)?;
            }
        }
        Ok(())
    }

    /// Checks that the index has entries for these values of these keys.
    fn verify_indexed(
        &self,
        index: &BoundIndex<V>,
        valued: &[(&[u8], &[u8])],
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let entries: Vec<Cow<'_, [u8]>> =
            valued.iter().map(|&(value, key)| index.entries.entry(value, key).0).collect();
        let entries: Vec<&[u8]> = entries.iter().map(AsRef::as_ref).collect();
        let mut there = Vec::new();
        there.resize(valued.len(), false);
        self.reader.get_many(&index.entries.partition, &entries, &mut |place, stored| {
            if let (Some(there), Some((_, key))) = (there.get_mut(place), valued.get(place)) {
                *there = !index.entries.is_unique || stored == *key;
            }
        })?;
        for (&(value, key), _) in valued.iter().zip(there).filter(|&(_, there)| !there) {
            let name = index.entries.name.clone();
            let (value, key) = (value.to_vec(), key.to_vec());
            report(match self.holder(index, &value)? {
                Some(holder) => Mismatch::Taken { index: name, value, key, holder },
                None => Mismatch::Missing { index: name, value, key },
            })?;
        }
        Ok(())
    }

    /// Returns the key of the entity that has the value in the unique index by right.
    fn holder(&self, index: &BoundIndex<V>, value: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut holder = None;
        if index.entries.is_unique {
            self.reader.get(&index.entries.partition, value, &mut |stored| holder = Some(stored.to_vec()))?;
        }
        let Some(holder) = holder else { return Ok(None) };
        let mut has_it = false;
        self.reader.get(&self.layout.partition, &holder, &mut |stored| {
            let entity = self.layout.decode(stored);
            has_it = entity.is_ok_and(|entity| index.definition.has(&entity, value));
        })?;
        Ok(Some(holder).filter(|_| has_it))
    }

    /// Checks that every entry of the index names an entity that has its value.
    fn verify_index(
        &self,
        index: &BoundIndex<V>,
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let mut span = KeySpan::ALL;
        loop {
            let mut named = Vec::new();
            let mut malformed = Vec::new();
            let mut last = None;
            let range = span.as_range();
            self.reader.scan(&index.entries.partition, range, Direction::Forward, &mut |entry, stored| {
                match parse(index, entry, stored) {
                    Ok(parsed) if parsed.key.starts_with(self.scope) => named.push(parsed),
                    Err(reason) if self.scope.is_empty() => malformed.push(Mismatch::Malformed {
                        index: index.entries.name.clone(),
                        entry: entry.to_vec(),
                        reason,
                    }),
                    // An entry of another scope, or of none that can be told, is not this reader's to see.
                    Ok(_) | Err(_) => return ControlFlow::Continue(()),
                }
                if named.len() + malformed.len() < CHUNK {
                    return ControlFlow::Continue(());
                }
                last = Some(entry.to_vec());
                ControlFlow::Break(())
            })?;
            malformed.into_iter().try_for_each(&mut *report)?;
            self.verify_named(index, named, report)?;
            match last {
                Some(last) => span.resume_after(&last, Direction::Forward),
                None => return Ok(()),
            }
        }
    }

    /// That these entries of the index are of entities that have their values.
    fn verify_named(
        &self,
        index: &BoundIndex<V>,
        named: Vec<Named>,
        report: &mut dyn FnMut(Mismatch) -> Result<()>,
    ) -> Result<()> {
        let keys: Vec<&[u8]> = named.iter().map(|named| named.key.as_slice()).collect();
        let mut found = Vec::new();
        found.resize(named.len(), Found::Nothing);
        self.reader.get_many(&self.layout.partition, &keys, &mut |place, stored| {
            if let (Some(found), Some(Named { value, .. })) = (found.get_mut(place), named.get(place)) {
                *found = match self.layout.decode(stored) {
                    Ok(entity) if !index.definition.has(&entity, value) => Found::Other,
                    // What can't be read was reported with the entities.
                    _ => Found::Fitting,
                };
            }
        })?;
        for (Named { value, key }, found) in named.into_iter().zip(found) {
            let index = index.entries.name.clone();
            match found {
                Found::Fitting => {}
                Found::Other => report(Mismatch::Stale { index, value, key })?,
                Found::Nothing => report(Mismatch::Dangling { index, value, key })?,
            }
        }
        Ok(())
    }

    /// Returns the next entities of the span, which is left at what follows; `None` at its end.
    pub(crate) fn next_indexed(&self, span: &mut KeySpan) -> Result<Option<Vec<Indexed>>> {
        let layout = self.layout;
        let mut chunk = Vec::new();
        self.reader.scan(&layout.partition, span.as_range(), Direction::Forward, &mut |key, stored| {
            let entity = (layout.check_key)(key)
                .map_err(|error| error.in_partition(&layout.partition))
                .and_then(|()| layout.decode_at(key, stored));
            chunk.push(Indexed {
                key: key.to_vec(),
                values: entity.map(|entity| {
                    layout.indexes.iter().map(|index| index.definition.value(&entity)).collect()
                }),
            });
            if chunk.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let Some(last) = chunk.last() else { return Ok(None) };
        span.resume_after(&last.key, Direction::Forward);
        Ok(Some(chunk))
    }
}

/// What a lookup of the key that an index entry names finds.
#[derive(Clone, Copy)]
enum Found {
    Nothing,
    Other,
    Fitting,
}

fn parse<V>(index: &BoundIndex<V>, entry: &[u8], stored: &[u8]) -> Result<Named, alloc::string::String> {
    if index.entries.is_unique && stored.len() > MAX_KEY_LEN {
        return Err("its value is too long for a key".into());
    }
    if !index.entries.is_unique && !stored.is_empty() {
        return Err("its value is not empty".into());
    }
    match index.entries.parse(entry, stored) {
        Ok((value, key)) => Ok(Named { value: value.into_owned(), key: key.to_vec() }),
        Err(error) => Err(error.to_string()),
    }
}
