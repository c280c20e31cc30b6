//! [`Database`]: an open database, and the resources that JavaScript holds of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use keyloft::backend::Snapshot;
use keyloft::error::Place;
use keyloft::layers::{Feed, Observed};
use keyloft::{Error, Partition, StorageBackend};

use crate::failure::Result;
use crate::host;
use crate::protocol::resource;
use crate::scan::Scan;
use crate::slots::Slots;
use crate::source::Source;
use crate::table::{Kind, OpenTable};
use crate::watch::OpenWatch;

/// An open database. JavaScript holds its resources by numbers, until the database is closed.
pub(crate) struct Database {
    pub(crate) backend: Arc<dyn StorageBackend>,
    /// The feed of the backend's commits.
    pub(crate) feed: Feed,
    pub(crate) tables: Slots<Rc<OpenTable>>,
    pub(crate) snapshots: Slots<Arc<dyn Snapshot>>,
    pub(crate) scans: Slots<Scan>,
    pub(crate) watches: RefCell<Vec<(u32, Rc<OpenWatch>)>>,
    /// The ways in which the caller's own partitions were opened: one excludes the others.
    kinds: RefCell<Vec<(Partition, Kind)>>,
    /// `true` while a staged transaction is open. Then only that may write.
    pub(crate) reserved: Cell<bool>,
    #[cfg(feature = "persistent")]
    pub(crate) file: Option<crate::persistent::File>,
    #[cfg(feature = "persistent")]
    pub(crate) staging: RefCell<crate::staged::Staging>,
}

impl Database {
    pub(crate) fn new(backend: impl StorageBackend + 'static) -> Self {
        let backend = Observed::new(backend);
        Self {
            feed: backend.feed(),
            backend: Arc::new(backend),
            tables: Slots::default(),
            snapshots: Slots::default(),
            scans: Slots::default(),
            watches: RefCell::default(),
            kinds: RefCell::default(),
            reserved: Cell::default(),
            #[cfg(feature = "persistent")]
            file: None,
            #[cfg(feature = "persistent")]
            staging: RefCell::default(),
        }
    }

    /// Returns the database with the file that it is in.
    #[cfg(feature = "persistent")]
    pub(crate) fn in_file(mut self, file: crate::persistent::File) -> Self {
        self.file = Some(file);
        self
    }

    /// Returns the state that a call outside of transactions reads: the newest, or the snapshot of this number.
    pub(crate) fn source(&self, snapshot: u32) -> Result<Source<'_>> {
        match snapshot {
            0 if self.reserved.get() => Ok(Source::Reserved(&self.backend)),
            0 => Ok(Source::Newest(&self.backend)),
            number => Ok(Source::Snapshot(self.snapshots.get(number)?)),
        }
    }

    /// Runs a transaction, whose body JavaScript has ready. Returns whether the body returned, and was committed.
    pub(crate) fn transact(&self, call: &dyn Fn(u8, u32, Source<'_>, usize) -> usize) -> Result<bool> {
        if self.reserved.get() {
            return Err(Error::NestedTransaction.into());
        }
        let mut returned = false;
        let outcome = self.backend.transact(&mut |tx| {
            returned = host::run(&mut |op, handle, len| call(op, handle, Source::Transaction(tx), len));
            if returned { Ok(()) } else { Err(Error::Aborted) }
        });
        match outcome {
            Err(Error::Aborted) if !returned => Ok(false),
            outcome => Ok(outcome.map(|()| true)?),
        }
    }

    /// Keeps an open table, and the way in which its partition is open from now on. Returns the table's number.
    pub(crate) fn keep(&self, opened: OpenTable) -> u32 {
        self.remember(opened.table.partition(), opened.kind);
        self.tables.add(Rc::new(opened))
    }

    /// Keeps the way in which a partition of the caller's own is open from now on.
    pub(crate) fn remember(&self, partition: &Partition, kind: Kind) {
        let mut kinds = self.kinds.borrow_mut();
        if kind != Kind::Other && !kinds.iter().any(|(known, _)| known == partition) {
            kinds.push((partition.clone(), kind));
        }
    }

    /// Refuses another way to open a partition of the caller's own than before.
    pub(crate) fn check_kind(&self, partition: &Partition, kind: Kind) -> Result<()> {
        if !self.kinds.borrow().iter().any(|(known, before)| known == partition && *before != kind) {
            return Ok(());
        }
        let reason = "it is open as something else here, a collection or bytes: choose one";
        Err(Error::InvalidPartition { place: Place::of(partition), reason }.into())
    }

    /// Allows every way to open a partition that is empty now.
    pub(crate) fn forget(&self, partition: &Partition) {
        self.kinds.borrow_mut().retain(|(known, kind)| known != partition || *kind != Kind::Collection);
    }

    /// Releases the resource of this number.
    pub(crate) fn release(&self, kind: u8, number: u32) {
        match kind {
            resource::TABLE => drop(self.tables.remove(number)),
            resource::SNAPSHOT => drop(self.snapshots.remove(number)),
            resource::SCAN => drop(self.scans.remove(number)),
            _ => self.watches.borrow_mut().retain(|(watch, _)| *watch != number),
        }
    }
}
