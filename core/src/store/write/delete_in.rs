//! Deletion by a range of keys.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::RawWriter;
use crate::backend::{EACH_KEY, scan_on};
use crate::error::Result;
use crate::store::Query;
use crate::store::access::scoped_span;

/// The number of keys that are read before their entities are deleted. A transaction can't write during a scan.
const CHUNK: usize = 512;

impl<V: 'static> RawWriter<'_, V> {
    /// Deletes the entities whose keys within the writer's scope the query selects, up to its limit.
    pub(super) fn delete_in(&mut self, query: Query<Vec<u8>>) -> Result<u64> {
        let Query { span, direction, limit, .. } = query;
        let mut span = scoped_span(self.scope, span);
        let partition = &self.layout.partition;
        if limit.is_none() && !self.layout.needs_old() {
            return self.tx.delete_range(partition, span.as_range());
        }
        let mut remaining = limit.unwrap_or(usize::MAX);
        let mut deleted = 0;
        while remaining > 0 {
            let mut keys = Vec::new();
            let more = scan_on::<EACH_KEY>(&*self.tx, partition, &mut span, direction, false, |key, _| {
                keys.push(key.to_vec());
                if keys.len() < remaining.min(CHUNK) {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            remaining -= keys.len();
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            deleted += self.delete_batch(&keys)?;
            if !more {
                break;
            }
        }
        Ok(deleted)
    }
}
