//! [`Undo`]: how to take back what one body did in a transaction that others have written in too.

use keyloft::Partition;

/// The most that is kept of what was overwritten and deleted, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// What a body has overwritten, deleted and created, up to a limit.
#[derive(Default)]
pub(crate) struct Undo {
    /// The entries as they were, by the places of their tables, in the order in which they were changed.
    pub(crate) entries: Vec<Entry>,
    /// The partitions whose tables were created.
    pub(crate) created: Vec<Partition>,
    bytes: usize,
}

pub(crate) struct Entry {
    pub(crate) table: usize,
    pub(crate) key: Vec<u8>,
    pub(crate) old: Option<Vec<u8>>,
}

impl Undo {
    pub(crate) fn note(&mut self, table: usize, key: &[u8], old: Option<&[u8]>) {
        self.bytes += key.len() + old.map_or(0, <[u8]>::len) + size_of::<Entry>();
        self.entries.push(Entry { table, key: key.to_vec(), old: old.map(<[u8]>::to_vec) });
    }

    /// Whether no more should be noted.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes > MAX_BYTES
    }
}
