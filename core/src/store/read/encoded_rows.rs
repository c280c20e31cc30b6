//! [`EncodedRows`]: rows that a scan has copied and nobody has decoded yet.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Query;
use crate::backend::{Read, SOME_KEYS, scan_on};
use crate::error::Result;
use crate::store::schema::{Outline, Sight};
use crate::value::Envelope;

/// The length of the rows after which a chunk takes no more of them. A longer chunk leaves the processor's caches before it is
/// consumed.
const CHUNK_BYTES: usize = 64 << 10;

/// The rows of a chunk, in the order of their scan. They share two allocations, which the next chunk uses again.
///
/// An iterator decodes each row when its turn comes. If a chunk of entities were decoded together, their fields would be
/// allocated and freed in groups, which an allocator's caches of a few pieces don't hold.
#[derive(Default)]
pub(super) struct EncodedRows {
    /// The key and the payload of each row, one after the other.
    bytes: Vec<u8>,
    rows: VecDeque<Result<Lengths>>,
    /// The position of the next row in `bytes`.
    start: usize,
}

/// A row in the shared bytes.
struct Lengths {
    key: usize,
    payload: usize,
    version: u32,
}

impl EncodedRows {
    /// Returns the key and the content of the next row, or the reason why it can't be opened.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Result<(&[u8], Envelope<'_>)>> {
        let Lengths { key, payload, version } = match self.rows.pop_front()? {
            Ok(lengths) => lengths,
            Err(error) => return Some(Err(error)),
        };
        let (_, rest) = self.bytes.split_at_checked(self.start)?;
        let (key, rest) = rest.split_at_checked(key)?;
        self.start += key.len() + payload;
        Some(Ok((key, Envelope { version, payload: rest.get(..payload)? })))
    }

    /// Replaces the rows by the next `max` ones of the query, or by fewer if they are long, and moves the query past them.
    /// Returns `true` if more rows may follow. Hidden rows are stepped over.
    pub(super) fn fetch(
        &mut self,
        outline: &Outline,
        sight: Sight,
        reader: &dyn Read,
        query: &mut Query<Vec<u8>>,
        max: usize,
        is_anchored: bool,
    ) -> Result<bool> {
        self.bytes.clear();
        self.rows.clear();
        self.start = 0;
        let max = query.limit.map_or(max, |limit| limit.min(max));
        if max == 0 {
            return Ok(false);
        }
        let Query { span, direction, .. } = query;
        let more =
            scan_on::<SOME_KEYS>(reader, &outline.partition, span, *direction, is_anchored, |key, stored| {
                match outline.see(key, stored, sight) {
                    Ok(Some(row)) => self.push(key, row),
                    Ok(None) => return ControlFlow::Continue(()),
                    Err(reason) => self.rows.push_back(Err(outline.undecodable(key, reason))),
                }
                if self.rows.len() < max && self.bytes.len() < CHUNK_BYTES {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
        let taken = self.rows.len();
        if more.is_err() {
            // The order of the rows is unknown.
            self.rows.clear();
        }
        query.limit = query.limit.map(|limit| limit.saturating_sub(taken));
        Ok(more? && query.limit != Some(0))
    }

    #[inline]
    fn push(&mut self, key: &[u8], Envelope { version, payload }: Envelope<'_>) {
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(payload);
        self.rows.push_back(Ok(Lengths { key: key.len(), payload: payload.len(), version }));
    }
}
