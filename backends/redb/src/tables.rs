//! [`Tables`]: the tables that a view has opened, found again without a lock.

use std::ptr;
use std::sync::OnceLock;

use keyloft::{Partition, Result};
use redb::{ReadOnlyTable, TableDefinition};

/// A partition as redb sees it.
pub(crate) type Bytes = &'static [u8];
pub(crate) type OpenTable = ReadOnlyTable<Bytes, Bytes>;

const CHAINS: usize = 16;
/// A chain that long takes as much time as opening a table, and every open table holds memory.
const MAX_CHAIN: usize = 32;

/// The redb table of a partition, which has to have a name.
pub(crate) fn definition(partition: &Partition) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(partition.as_str())
}

/// Whether the two are one, quickly if they are clones.
pub(crate) fn same(a: &Partition, b: &Partition) -> bool {
    ptr::eq(a.as_str(), b.as_str()) || a == b
}

/// The tables that have been opened, and the partitions found to have none. Entries are added and never removed.
#[derive(Default)]
pub(crate) struct Tables {
    chains: [Link; CHAINS],
}

type Link = OnceLock<Box<Entry>>;

struct Entry {
    partition: Partition,
    table: Option<OpenTable>,
    next: Link,
}

impl Tables {
    /// Gives `read` the table of the partition, opened with `open` if it isn't yet.
    pub(crate) fn with<T>(
        &self,
        partition: &Partition,
        open: impl Fn() -> Result<Option<OpenTable>>,
        read: impl FnOnce(Option<&OpenTable>) -> Result<T>,
    ) -> Result<T> {
        let mut link = self.chain(partition);
        for _ in 0..MAX_CHAIN {
            let Some(here) = link else { break };
            let entry = if let Some(entry) = here.get() {
                entry
            } else {
                let entry = Entry { partition: partition.clone(), table: open()?, next: Link::new() };
                // Another thread may have put an entry of another partition here meanwhile.
                here.get_or_init(|| Box::new(entry))
            };
            if same(&entry.partition, partition) {
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
