//! [`Writes`]: the writes of one transaction, before its commit.

use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::ControlFlow;

use fjall::{UserKey, UserValue};
use keyloft::backend::{Direction, Visit};

use crate::error::Fault;
use crate::partition_key::{self, Span};
use crate::reader::Reader;

/// The new value of each written key of fjall, or `None` for a deleted one.
#[derive(Default)]
pub(crate) struct Writes(BTreeMap<UserKey, Option<UserValue>>);

/// A write to a key: its new value, or `None` if it has deleted the key.
pub(crate) struct Written<'a>(pub(crate) Option<&'a [u8]>);

impl Writes {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes a key, which is not too long.
    pub(crate) fn set(&mut self, number: u32, key: &[u8], value: Option<&[u8]>) {
        partition_key::with(number, key, |key| {
            self.0.insert(UserKey::from(key), value.map(UserValue::from));
        });
    }

    /// Returns the write to a key, if there is one.
    pub(crate) fn get(&self, number: u32, key: &[u8]) -> Option<Written<'_>> {
        if self.0.is_empty() {
            return None;
        }
        let written = partition_key::with(number, key, |key| self.0.get(key))??;
        Some(Written(written.as_deref()))
    }

    /// Passes the entries between bounds of one partition to `visit`: the committed ones, under these writes.
    pub(crate) fn scan_over(
        &self,
        committed: Reader<'_>,
        span: Span,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<(), Fault> {
        let written = self.0.range::<[u8], _>(as_slices(&span));
        match direction {
            Direction::Forward => merge(written, committed, span, direction, visit),
            Direction::Backward => merge(written.rev(), committed, span, direction, visit),
        }
    }
}

impl IntoIterator for Writes {
    type Item = (UserKey, Option<UserValue>);
    type IntoIter = btree_map::IntoIter<UserKey, Option<UserValue>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn as_slices((lower, upper): &Span) -> (std::ops::Bound<&[u8]>, std::ops::Bound<&[u8]>) {
    (lower.as_ref().map(Vec::as_slice), upper.as_ref().map(Vec::as_slice))
}

/// Visits committed and written entries in key order. A write hides the committed entry of its key.
fn merge<'w>(
    written: impl Iterator<Item = (&'w UserKey, &'w Option<UserValue>)>,
    committed: Reader<'_>,
    span: Span,
    direction: Direction,
    visit: &mut Visit<'_>,
) -> Result<(), Fault> {
    let mut written =
        written.filter_map(|(key, value)| Some((partition_key::key_of(key)?, value.as_deref()))).peekable();
    let mut flow = ControlFlow::Continue(());
    committed.scan_span(span, direction, &mut |key, value| {
        flow = visit_before(&mut written, key, direction, visit);
        if flow.is_continue() {
            // A write of the same key is visited in place of the entry.
            flow = match written.next_if(|(written, _)| *written == key) {
                None => visit(key, value),
                Some((_, Some(new))) => visit(key, new),
                Some((_, None)) => ControlFlow::Continue(()),
            };
        }
        flow
    })?;
    for (key, value) in written {
        if flow.is_break() {
            break;
        }
        if let Some(value) = value {
            flow = visit(key, value);
        }
    }
    Ok(())
}

/// Visits the written entries that come before `key`.
fn visit_before<'w>(
    written: &mut Peekable<impl Iterator<Item = (&'w [u8], Option<&'w [u8]>)>>,
    key: &[u8],
    direction: Direction,
    visit: &mut Visit<'_>,
) -> ControlFlow<()> {
    let before = match direction {
        Direction::Forward => Ordering::Less,
        Direction::Backward => Ordering::Greater,
    };
    while let Some((written, value)) = written.next_if(|(written, _)| (*written).cmp(key) == before) {
        if let Some(value) = value {
            visit(written, value)?;
        }
    }
    ControlFlow::Continue(())
}
