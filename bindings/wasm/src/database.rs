//! [`Database`]: a database that is open, and what JavaScript holds of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use keyloft::layers::Observed;
use keyloft::{Error, Partition, Snapshot, StorageBackend};

use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::resource;
use crate::scan::Scan;
use crate::source::Source;
use crate::table::{Kind, Opened};
use crate::watch::Watching;

/// A database that is open. What JavaScript holds of it goes by numbers, and is gone when the database is.
pub(crate) struct Database {
    pub(crate) backend: Arc<dyn StorageBackend>,
    pub(crate) tables: Slots<Rc<Opened>>,
    pub(crate) snapshots: Slots<Arc<dyn Snapshot>>,
    pub(crate) scans: Slots<Scan>,
    pub(crate) watches: RefCell<Vec<(u32, Rc<Watching>)>>,
    /// What the partitions of the caller's own were opened as: one way excludes the other.
    kinds: RefCell<Vec<(Partition, Kind)>>,
    /// Whether a staged transaction is open, beside which nothing else is written.
    pub(crate) reserved: Cell<bool>,
    #[cfg(feature = "persistent")]
    pub(crate) file: Option<crate::persistent::File>,
    #[cfg(feature = "persistent")]
    pub(crate) staging: RefCell<crate::staged::Staging>,
}

impl Database {
    pub(crate) fn new(backend: impl StorageBackend + 'static) -> Self {
        Self {
            backend: Arc::new(Observed::new(backend)),
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

    /// The same, in this file.
    #[cfg(feature = "persistent")]
    pub(crate) fn in_file(mut self, file: crate::persistent::File) -> Self {
        self.file = Some(file);
        self
    }

    /// What a call outside of transactions reads: the newest state, or a snapshot by its number.
    pub(crate) fn source(&self, snapshot: u32) -> Result<Source<'_>> {
        match snapshot {
            0 if self.reserved.get() => Ok(Source::Reserved(&self.backend)),
            0 => Ok(Source::Newest(&self.backend)),
            number => Ok(Source::Snapshot(self.snapshots.get(number)?)),
        }
    }

    /// Runs the body that JavaScript has ready; whether it returned, and was committed.
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

    /// Keeps an opened table, and how its partition is opened from now on.
    pub(crate) fn keep(&self, opened: Opened) -> u32 {
        self.remember(opened.table.partition(), opened.kind);
        self.tables.add(Rc::new(opened))
    }

    /// Has a partition of the caller's own opened in this way from now on.
    pub(crate) fn remember(&self, partition: &Partition, kind: Kind) {
        let mut kinds = self.kinds.borrow_mut();
        if kind != Kind::Other && !kinds.iter().any(|(known, _)| known == partition) {
            kinds.push((partition.clone(), kind));
        }
    }

    /// Refuses to open a partition of the caller's own in another way than before.
    pub(crate) fn check_kind(&self, partition: &Partition, kind: Kind) -> Result<()> {
        if !self.kinds.borrow().iter().any(|(known, before)| known == partition && *before != kind) {
            return Ok(());
        }
        let reason = "it is open as something else here, a collection or bytes: choose one";
        Err(Error::InvalidPartition { partition: partition.as_str().to_owned(), reason }.into())
    }

    /// Lets a partition that is empty be opened in any way.
    pub(crate) fn forget(&self, partition: &Partition) {
        self.kinds.borrow_mut().retain(|(known, kind)| known != partition || *kind != Kind::Collection);
    }

    /// Lets go of what JavaScript held under a number.
    pub(crate) fn release(&self, what: u8, number: u32) {
        match what {
            resource::TABLE => drop(self.tables.remove(number)),
            resource::SNAPSHOT => drop(self.snapshots.remove(number)),
            resource::SCAN => drop(self.scans.remove(number)),
            _ => self.watches.borrow_mut().retain(|(watch, _)| *watch != number),
        }
    }
}

/// Things under numbers from 1 on, which are used again.
pub(crate) struct Slots<T> {
    things: RefCell<Vec<Option<T>>>,
    free: RefCell<Vec<usize>>,
}

impl<T> Slots<T> {
    pub(crate) fn add(&self, thing: T) -> u32 {
        let mut things = self.things.borrow_mut();
        let place = self.free.borrow_mut().pop().unwrap_or_else(|| {
            things.push(None);
            things.len() - 1
        });
        if let Some(slot) = things.get_mut(place) {
            *slot = Some(thing);
        }
        u32::try_from(place + 1).unwrap_or(0)
    }

    pub(crate) fn get(&self, number: u32) -> Result<T>
    where
        T: Clone,
    {
        self.with(number, |thing| thing.clone())
    }

    pub(crate) fn with<R>(&self, number: u32, work: impl FnOnce(&mut T) -> R) -> Result<R> {
        let mut things = self.things.borrow_mut();
        let thing = place(number).and_then(|place| things.get_mut(place)).and_then(Option::as_mut);
        thing.map(work).ok_or_else(|| Failure::argument("the handle is closed"))
    }

    pub(crate) fn remove(&self, number: u32) -> Option<T> {
        let place = place(number)?;
        let thing = self.things.borrow_mut().get_mut(place)?.take()?;
        self.free.borrow_mut().push(place);
        Some(thing)
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { things: RefCell::default(), free: RefCell::default() }
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
