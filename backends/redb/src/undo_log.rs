//! [`UndoLog`]: the changes of one body, for a rollback of that body alone.
//!
//! A redb transaction rolls back as a whole. In a group commit it also holds the changes of earlier bodies, which must
//! stay when a later body fails. The log records what each change replaced, so that the changes of one body can be
//! reverted in reverse order.

use keyloft::Partition;

/// The most bytes of replaced entries that a log keeps.
///
/// A log that passes it is dropped. If the body succeeds, nothing is missed. If it fails, only redb can roll it back,
/// together with the whole group, whose other bodies then run again.
pub(crate) const MAX_BYTES: usize = if cfg!(keyloft_scheduled) { 64 } else { 1 << 20 };

/// The entries that a body replaced or deleted, and the tables that it created.
#[derive(Default)]
pub(crate) struct UndoLog {
    /// The replaced entries, in the order of the changes.
    pub(crate) records: Vec<UndoRecord>,
    /// The partitions whose tables were created.
    pub(crate) created: Vec<Partition>,
    bytes: usize,
    /// `true` once the log has passed its limit.
    is_full: bool,
}

/// One entry before its change.
pub(crate) struct UndoRecord {
    /// The index of the entry's table among the dirty tables.
    pub(crate) table: usize,
    pub(crate) key: Vec<u8>,
    /// The value, or `None` if the key was missing.
    pub(crate) old: Option<Vec<u8>>,
}

impl UndoLog {
    fn record(&mut self, table: usize, key: &[u8], old: Option<&[u8]>) {
        if self.is_full {
            return;
        }
        self.bytes += key.len() + old.map_or(0, <[u8]>::len) + size_of::<UndoRecord>();
        if self.bytes > MAX_BYTES {
            *self = Self { is_full: true, ..Self::default() };
        } else {
            self.records.push(UndoRecord { table, key: key.to_vec(), old: old.map(<[u8]>::to_vec) });
        }
    }

    /// Returns `true` if the log lacks changes, because it has passed its limit.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }
}

/// Records the changes of one table, if the transaction keeps a log.
pub(crate) struct UndoRecorder<'u> {
    log: Option<&'u mut UndoLog>,
    table: usize,
}

impl<'u> UndoRecorder<'u> {
    pub(crate) fn new(log: Option<&'u mut UndoLog>, table: usize) -> Self {
        Self { log, table }
    }

    /// Records that the entry of `key` was `old` before its change.
    pub(crate) fn record(&mut self, key: &[u8], old: Option<&[u8]>) {
        if let Some(log) = &mut self.log {
            log.record(self.table, key, old);
        }
    }
}
