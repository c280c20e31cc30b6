//! [`RawReader`]: the reads of a table by encoded keys.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Entry, Query};
use crate::backend::{Direction, Partition, Read};
use crate::catalog::IndexStates;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::store::access::scoped_span;
use crate::store::index::TableIndex;
use crate::store::schema::{Layout, Outline, Sight};

/// The reads of a table by encoded keys, which include the scope.
pub(crate) struct RawReader<'a, V> {
    pub(crate) layout: &'a Layout<V>,
    pub(crate) scope: &'a [u8],
    pub(crate) sight: Sight,
    pub(crate) reader: &'a dyn Read,
    /// The indexes that don't answer in the reader's state.
    pub(crate) indexes: IndexStates,
}

impl<V> Clone for RawReader<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for RawReader<'_, V> {}

impl<V: 'static> RawReader<'_, V> {
    /// Refuses to read an index that is being built.
    #[inline]
    pub(crate) fn require_built(&self, index: &TableIndex<V>) -> Result<()> {
        if self.indexes.are_built() { Ok(()) } else { self.find_built(index) }
    }

    #[cold]
    fn find_built(&self, index: &TableIndex<V>) -> Result<()> {
        let name = &index.entries.name;
        let position = self.layout.indexes.iter().position(|other| other.entries.name == *name);
        if position.is_some_and(|position| self.indexes.is_built(position)) {
            return Ok(());
        }
        Err(ErrorKind::IndexNotBuilt { place: Place::of(&self.layout.partition), index: name.clone() }.into())
    }

    /// Returns the entity under the key.
    #[inline]
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<V>> {
        self.get_in(key, Some(self.sight))
    }

    /// Returns the entity under the key, even if it is hidden.
    ///
    /// It does not ask the visibility, which may hide a row from every sight.
    pub(crate) fn get_hidden_too(&self, key: &[u8]) -> Result<Option<V>> {
        self.get_in(key, None)
    }

    /// Returns the entity under the key twice, if the sight sees it: an entity may have no `Clone`. The second one is `None`
    /// if a write does not need it.
    pub(crate) fn get_twice(&self, key: &[u8]) -> Result<Option<(V, Option<V>)>> {
        let layout = self.layout;
        let mut found = Ok(None);
        self.reader.get(&layout.partition, key, &mut |stored| {
            found = layout.decode_seen(key, stored, self.sight).and_then(|seen| {
                let Some(seen) = seen else { return Ok(None) };
                let again = if layout.needs_old() { Some(layout.decode(key, stored)?) } else { None };
                Ok(Some((seen, again)))
            });
        })?;
        found.map_err(|reason| layout.undecodable(key, reason))
    }

    /// Returns the entity under the key that the sight does not see, if there is one and a write needs it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] if the sight sees an entity.
    pub(crate) fn get_unseen(&self, key: &[u8]) -> Result<Option<V>> {
        let layout = self.layout;
        if layout.visibility.is_none() {
            let exists = self.reader.contains(&layout.partition, key)?;
            return if exists {
                Err(ErrorKind::AlreadyExists { place: layout.place(key) }.into())
            } else {
                Ok(None)
            };
        }
        let (mut is_seen, mut hidden) = (false, Ok(None));
        self.reader.get(&layout.partition, key, &mut |stored| match layout.see(key, stored, self.sight) {
            Ok(Some(_)) => is_seen = true,
            Ok(None) if layout.needs_old() => hidden = layout.decode(key, stored).map(Some),
            Ok(None) => {}
            Err(reason) => hidden = Err(reason),
        })?;
        if is_seen {
            return Err(ErrorKind::AlreadyExists { place: layout.place(key) }.into());
        }
        hidden.map_err(|reason| layout.undecodable(key, reason))
    }

    /// Returns the entity under the key if the sight sees it, or in any case without a sight.
    #[inline]
    fn get_in(&self, key: &[u8], sight: Option<Sight>) -> Result<Option<V>> {
        let layout = self.layout;
        let mut entity = Ok(None);
        self.reader.get(&layout.partition, key, &mut |stored| {
            entity = match sight {
                Some(sight) => layout.decode_seen(key, stored, sight),
                None => layout.decode(key, stored).map(Some),
            };
        })?;
        entity.map_err(|reason| layout.undecodable(key, reason))
    }

    /// Returns the entities under the keys, each at the position of its key.
    ///
    /// If several entities can't be decoded, it returns the error of the first key. The backend visits the keys in any
    /// order.
    pub(super) fn get_many(&self, keys: &[Cow<'_, [u8]>]) -> Result<Vec<Option<V>>> {
        let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
        let mut entities = Vec::new();
        entities.resize_with(keys.len(), || None);
        let mut failed: Option<(usize, Error)> = None;
        self.reader.get_many(&self.layout.partition, &keys, &mut |position, stored| {
            let (Some(entity), Some(key)) = (entities.get_mut(position), keys.get(position)) else { return };
            match self.layout.decode_seen_at(key, stored, self.sight) {
                Ok(found) => *entity = found,
                Err(error) if failed.as_ref().is_none_or(|(first, _)| position < *first) => {
                    failed = Some((position, error));
                }
                Err(_) => {}
            }
        })?;
        match failed {
            Some((_, error)) => Err(error),
            None => Ok(entities),
        }
    }

    /// Returns `true` if the key exists.
    pub(crate) fn contains(&self, key: &[u8]) -> Result<bool> {
        let outline: &Outline = self.layout;
        if outline.visibility.is_none() {
            return self.reader.contains(&outline.partition, key);
        }
        let mut visible = Ok(false);
        self.reader.get(&outline.partition, key, &mut |stored| {
            visible = outline.see(key, stored, self.sight).map(|row| row.is_some());
        })?;
        visible.map_err(|reason| outline.undecodable(key, reason))
    }

    /// Passes each entity of the query to `visit`, until `visit` breaks or fails.
    #[inline]
    pub(super) fn visit<K: StorageKey>(
        &self,
        query: Query<K>,
        mut visit: impl FnMut(Entry<'_, K, V>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut remaining = query.limit.unwrap_or(usize::MAX);
        if remaining == 0 {
            return Ok(());
        }
        let direction = query.direction;
        let span = scoped_span(self.scope, query.span);
        let mut outcome = Ok(());
        self.reader.scan(&self.layout.partition, span.as_range(), direction, &mut |key, stored| {
            // Without hidden rows, an entry that nobody decodes is not opened.
            let row = match &self.layout.visibility {
                None => None,
                Some(_) => match self.layout.see(key, stored, self.sight) {
                    Ok(None) => return ControlFlow::Continue(()),
                    // The entry reports it.
                    row => row.ok().flatten(),
                },
            };
            // The subtraction can saturate only if a backend continues the scan after `Break`.
            remaining = remaining.saturating_sub(1);
            match visit(Entry::new(self.layout, self.scope.len(), key, stored, row)) {
                Ok(ControlFlow::Continue(())) if remaining > 0 => ControlFlow::Continue(()),
                Ok(_) => ControlFlow::Break(()),
                Err(error) => {
                    outcome = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        outcome
    }
}

/// Returns the number of entries of the query, without those that `hides` says are hidden. It reads no more entries than the
/// limit needs. An entry that can't be opened may be hidden or not, so it is an error.
pub(crate) fn count_entries(
    reader: &dyn Read,
    partition: &Partition,
    query: &Query<Vec<u8>>,
    hides: Option<(&Outline, Sight)>,
) -> Result<u64> {
    let range = query.span.as_range();
    let limit = match query.limit {
        None if hides.is_none() => return reader.count(partition, range),
        Some(0) => return Ok(0),
        limit => limit.unwrap_or(usize::MAX),
    };
    let mut count = 0_u64;
    let mut remaining = limit;
    let mut outcome = Ok(());
    reader.scan(partition, range, Direction::Forward, &mut |key, stored| {
        if let Some((outline, sight)) = hides {
            match outline.see(key, stored, sight) {
                Ok(Some(_)) => {}
                Ok(None) => return ControlFlow::Continue(()),
                Err(reason) => {
                    outcome = Err(outline.undecodable(key, reason));
                    return ControlFlow::Break(());
                }
            }
        }
        count += 1;
        remaining = remaining.saturating_sub(1);
        if remaining > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome.map(|()| count)
}

/// Decodes a key of the partition, without the scope that precedes it.
pub(crate) fn decode_key<K: StorageKey, V>(layout: &Layout<V>, scope: usize, key: &[u8]) -> Result<K> {
    let own = key.get(scope..).unwrap_or_default();
    K::decode(own).map_err(|error| error.in_partition(&layout.partition))
}
