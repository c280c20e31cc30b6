//! [`Database`]: an open database, and the resources that JavaScript holds of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use keyloft::layers::{Feed, Observed};
use keyloft::{ErrorKind, StorageBackend};

use crate::failure::Result;
use crate::host;
use crate::protocol::resource;
use crate::slots::Slots;
use crate::source::Source;
use crate::watch::OpenWatch;

/// An open database. JavaScript holds its resources by numbers, until the database is closed.
pub(crate) struct Database {
    pub(crate) backend: Arc<dyn StorageBackend>,
    /// The feed of the backend's commits.
    pub(crate) feed: Feed,
    pub(crate) resources: Slots,
    pub(crate) watches: RefCell<Vec<(u32, Rc<OpenWatch>)>>,
    /// `true` while a staged transaction is open. Then only that may write.
    pub(crate) reserved: Cell<bool>,
    #[cfg(feature = "persistent")]
    pub(crate) file: Option<crate::persistent::File>,
    #[cfg(feature = "persistent")]
    pub(crate) staging: RefCell<crate::staged::Staging>,
    #[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
    pub(crate) alarm: Option<std::rc::Rc<crate::expiry::Alarm>>,
}

impl Database {
    pub(crate) fn new(backend: impl StorageBackend + 'static) -> Self {
        let backend = Observed::new(backend);
        Self {
            feed: backend.feed(),
            backend: Arc::new(backend),
            resources: Slots::default(),
            watches: RefCell::default(),
            reserved: Cell::default(),
            #[cfg(feature = "persistent")]
            file: None,
            #[cfg(feature = "persistent")]
            staging: RefCell::default(),
            #[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
            alarm: None,
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
            number => Ok(Source::Snapshot(self.resources.snapshot(number)?)),
        }
    }

    /// Runs a transaction, whose body JavaScript has ready. Returns whether the body returned, and was committed.
    pub(crate) fn transact(&self, call: &dyn Fn(u8, u32, Source<'_>, usize) -> usize) -> Result<bool> {
        if self.reserved.get() {
            return Err(ErrorKind::NestedTransaction.into());
        }
        let mut returned = false;
        let outcome = self.backend.transact(&mut |tx| {
            returned = host::run(&mut |op, handle, len| call(op, handle, Source::Transaction(tx), len));
            if returned { Ok(()) } else { Err(ErrorKind::Aborted.into()) }
        });
        match outcome {
            Err(error) if !returned && matches!(error.kind(), ErrorKind::Aborted) => Ok(false),
            outcome => Ok(outcome.map(|()| true)?),
        }
    }

    /// Releases the resource of this number.
    pub(crate) fn release(&self, kind: u8, number: u32) {
        if kind == resource::WATCH {
            self.watches.borrow_mut().retain(|(watch, _)| *watch != number);
        } else {
            drop(self.resources.remove(number));
        }
    }
}
