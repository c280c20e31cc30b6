//! [`TableCache`]: the open tables of a snapshot, found without a lock.
//!
//! To open a table, redb searches its tree of tables, which takes longer than many reads. Readers on several threads
//! share one snapshot. The cache is therefore a hash table of linked chains whose links are set once: a lookup takes no
//! lock, and an entry never moves while another thread reads it.

use std::sync::OnceLock;

use keyloft::{Partition, Result};
use redb::ReadOnlyTable;

use crate::table::{Bytes, is_same};

/// A table of a snapshot.
pub(crate) type SnapshotTable = ReadOnlyTable<Bytes, Bytes>;

const CHAINS: usize = 16;
/// The most entries in a chain. A longer search takes as long as opening the table, and every open table uses memory.
const MAX_CHAIN: usize = 32;

/// The open tables by partition, with `None` for a partition that has no table. Entries are added and never removed.
#[derive(Default)]
pub(crate) struct TableCache {
    chains: [Link; CHAINS],
}

type Link = OnceLock<Box<Entry>>;

struct Entry {
    partition: Partition,
    table: Option<SnapshotTable>,
    next: Link,
}

impl TableCache {
    /// Calls `read` with the table of the partition. It calls `open` first if the table is not in the cache.
    pub(crate) fn with<T>(
        &self,
        partition: &Partition,
        open: impl Fn() -> Result<Option<SnapshotTable>>,
        read: impl FnOnce(Option<&SnapshotTable>) -> Result<T>,
    ) -> Result<T> {
        let mut link = self.chain(partition);
        for _ in 0..MAX_CHAIN {
            let Some(here) = link else { break };
            let entry = if let Some(entry) = here.get() {
                entry
            } else {
                let entry = Entry { partition: partition.clone(), table: open()?, next: Link::new() };
                // Another thread may have set this link in the meantime, even for another partition. Its entry stays.
                here.get_or_init(|| Box::new(entry))
            };
            if is_same(&entry.partition, partition) {
                return read(entry.table.as_ref());
            }
            link = Some(&entry.next);
        }
        read(open()?.as_ref())
    }

    fn chain(&self, partition: &Partition) -> Option<&Link> {
        let sum = partition.as_str().bytes().fold(0, u8::wrapping_add);
        self.chains.get(usize::from(sum) % CHAINS)
    }
}
