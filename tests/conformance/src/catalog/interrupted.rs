//! [`Interrupted`]: a backend whose next read is interrupted by other work.

use std::sync::{Arc, Mutex};

use keyloft::backend::TransactionBody;
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads};

/// The work of another program on the same data.
pub(crate) type Work = fn(&Arc<dyn StorageBackend>);

/// A backend whose next `get` of the newest state is interrupted by other work.
pub(crate) struct Interrupted {
    inner: Arc<dyn StorageBackend>,
    before: Mutex<Option<Work>>,
    after: Mutex<Option<Work>>,
}

impl Interrupted {
    pub(crate) fn new(inner: Arc<dyn StorageBackend>) -> Self {
        Self { inner, before: Mutex::default(), after: Mutex::default() }
    }

    /// Does the work, without the lock: it may read too.
    fn run(&self, work: &Mutex<Option<Work>>) {
        let work = work.lock().unwrap().take();
        if let Some(work) = work {
            work(&self.inner);
        }
    }

    /// Does this work just before the next `get`.
    pub(crate) fn before(&self, work: Work) {
        *self.before.lock().unwrap() = Some(work);
    }

    /// Does this work just after the next `get`.
    pub(crate) fn after(&self, work: Work) {
        *self.after.lock().unwrap() = Some(work);
    }
}

impl Read for Interrupted {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.run(&self.before);
        let found = self.inner.get(partition, key, visit);
        self.run(&self.after);
        found
    }

    delegate_reads!(self => *self.inner; scan, partitions, get_many, contains, count, catalog_stamp, read_time);
}

impl StorageBackend for Interrupted {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(body)
    }
}
