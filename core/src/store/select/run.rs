//! The reads of a selection.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::condition::{Condition, Order};
use super::plan::Source;
use super::sorted::Sorted;
use crate::backend::Direction;
use crate::error::Result;
use crate::store::Query;
use crate::store::access::scoped_span;
use crate::store::index::TableIndex;
use crate::store::read::{RawReader, Scan, count_entries};

/// The number of index entries whose entities are fetched at a time.
const CHUNK: usize = 64;

/// The parts of a selection that don't depend on the key type.
pub(super) struct Parts<'a, V> {
    pub(super) conditions: Vec<Condition<'a, V>>,
    pub(super) order: Order<'a, V>,
    pub(super) direction: Direction,
    pub(super) limit: usize,
}

/// Receives the key, which includes the scope, and the entity.
pub(super) type Take<'t, V> = dyn FnMut(Vec<u8>, V) -> Result<ControlFlow<()>> + 't;

impl<V: 'static> Parts<'_, V> {
    /// Passes the selected entities to `take`, in their order, until it breaks or the limit is reached.
    pub(super) fn run(&self, reads: &RawReader<'_, V>, take: &mut Take<'_, V>) -> Result<()> {
        let source = Source::choose(&self.conditions, &self.order);
        let mut remaining = self.limit;
        if remaining == 0 {
            return Ok(());
        }
        let reverse = self.direction == Direction::Backward;
        if source.is_ordered {
            return self.read(reads, &source, &mut |key, entity| {
                remaining -= 1;
                let taken = take(key, entity)?;
                Ok(if remaining == 0 { ControlFlow::Break(()) } else { taken })
            });
        }
        let mut sorted = Sorted::new(self.limit, reverse);
        self.read(reads, &source, &mut |key, entity| {
            if let Some(value) = self.order.value(&entity, reverse) {
                sorted.add(value, key, entity);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for (key, entity) in sorted.finish() {
            if take(key, entity)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns the number of selected entities. It decodes none of them if the entries of the source are all selected.
    pub(super) fn count(&self, reads: &RawReader<'_, V>) -> Result<u64> {
        let source = Source::choose(&self.conditions, &self.order);
        let is_checked = source.plan(self.conditions.len()).checks > 0;
        let mut query = Query::<Vec<u8>>::all();
        query.span = source.span.clone();
        query.limit = Some(self.limit).filter(|limit| *limit < usize::MAX);
        match source.index {
            None if !is_checked => {
                query.span = scoped_span(reads.scope, query.span);
                return reads.count::<Vec<u8>>(Scan { query, index: None, is_anchored: false });
            }
            // The index also has entries of hidden entities and of other scopes. Only the entities tell them apart.
            Some(index)
                if !is_checked
                    && !index.definition.is_each()
                    && reads.layout.visibility.is_none()
                    && reads.scope.is_empty() =>
            {
                reads.require_built(index)?;
                query.span = index.entries.span_of(query.span);
                return count_entries(reads.reader, &index.entries.partition, &query, None);
            }
            _ => {}
        }
        let mut count = 0;
        self.run(reads, &mut |_, _| {
            count += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }

    /// Passes the entities of the source that fulfil all conditions to `take`, in the order of the source.
    fn read(&self, reads: &RawReader<'_, V>, source: &Source<'_, V>, take: &mut Take<'_, V>) -> Result<()> {
        let mut accept = |key: Vec<u8>, entity: V| -> Result<ControlFlow<()>> {
            let own = key.get(reads.scope.len()..).unwrap_or_default();
            let mut conditions = self.conditions.iter().enumerate();
            let fulfilled = conditions.all(|(position, condition)| {
                source.condition == Some(position) || condition.holds(own, &entity)
            });
            if fulfilled { take(key, entity) } else { Ok(ControlFlow::Continue(())) }
        };
        match source.index {
            None => self.read_table(reads, source, &mut accept),
            Some(index) => self.read_index(reads, source, index, &mut accept),
        }
    }

    fn read_table(
        &self,
        reads: &RawReader<'_, V>,
        source: &Source<'_, V>,
        take: &mut Take<'_, V>,
    ) -> Result<()> {
        let layout = reads.layout;
        let span = scoped_span(reads.scope, source.span.clone());
        let mut outcome = Ok(());
        reads.reader.scan(&layout.partition, span.as_range(), self.direction, &mut |key, stored| {
            let entity = layout.decode_seen_at(key, stored, reads.sight);
            let taken = entity.and_then(|entity| match entity {
                Some(entity) => take(key.to_vec(), entity),
                None => Ok(ControlFlow::Continue(())),
            });
            match taken {
                Ok(flow) => flow,
                Err(error) => {
                    outcome = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        outcome
    }

    fn read_index(
        &self,
        reads: &RawReader<'_, V>,
        source: &Source<'_, V>,
        index: &Arc<TableIndex<V>>,
        take: &mut Take<'_, V>,
    ) -> Result<()> {
        let mut query = Query::<Vec<u8>>::all().map_span(|_| index.entries.span_of(source.span.clone()));
        query.direction = self.direction;
        let mut scan = Scan { query, index: Some(Arc::clone(index)), is_anchored: false };
        let mut outcome = Ok(ControlFlow::Continue(()));
        while let Ok(ControlFlow::Continue(())) = outcome {
            let more = scan.fetch(reads, CHUNK, &mut |hit, entity| {
                if let Ok(ControlFlow::Continue(())) = outcome {
                    outcome = entity.and_then(|entity| {
                        if self.is_repeated(source, index, hit.value(), &entity) {
                            return Ok(ControlFlow::Continue(()));
                        }
                        take(hit.key().to_vec(), entity)
                    });
                }
            })?;
            if !more {
                break;
            }
            scan.is_anchored = true;
        }
        outcome.map(drop)
    }

    /// Returns `true` if the scan meets the entity under another one of its values earlier.
    fn is_repeated(&self, source: &Source<'_, V>, index: &TableIndex<V>, value: &[u8], entity: &V) -> bool {
        if !index.definition.is_each() {
            return false;
        }
        let mut is_repeated = false;
        index.definition.values(entity, &mut |other| {
            let is_earlier = match self.direction {
                Direction::Forward => *other < *value,
                Direction::Backward => *other > *value,
            };
            is_repeated |= is_earlier && source.span.as_range().contains(&other);
        });
        is_repeated
    }
}
