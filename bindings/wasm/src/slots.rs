//! [`Slots`]: the resources that JavaScript holds by numbers.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::backend::Snapshot;

use crate::failure::{Failure, Result};
use crate::scan::Scan;
use crate::table::OpenTable;

/// A resource that JavaScript holds.
#[derive(Clone)]
pub(crate) enum Resource {
    Table(Rc<OpenTable>),
    Snapshot(Arc<dyn Snapshot>),
    Scan(Rc<RefCell<Scan>>),
}

/// Resources under numbers from 1 on. The number of a removed one is used again.
#[derive(Default)]
pub(crate) struct Slots {
    resources: RefCell<Vec<Option<Resource>>>,
    free: RefCell<Vec<usize>>,
}

impl Slots {
    /// Adds a resource and returns its number.
    pub(crate) fn add(&self, resource: Resource) -> u32 {
        let mut resources = self.resources.borrow_mut();
        let free = self.free.borrow_mut().pop();
        let index = free.unwrap_or(resources.len());
        match resources.get_mut(index) {
            Some(slot) => *slot = Some(resource),
            None => resources.push(Some(resource)),
        }
        u32::try_from(index + 1).unwrap_or(0)
    }

    /// Returns the table of this number.
    pub(crate) fn table(&self, number: u32) -> Result<Rc<OpenTable>> {
        if let Some(Resource::Table(table)) = self.get(number) { Ok(table) } else { Err(closed()) }
    }

    /// Returns the snapshot of this number.
    pub(crate) fn snapshot(&self, number: u32) -> Result<Arc<dyn Snapshot>> {
        if let Some(Resource::Snapshot(snapshot)) = self.get(number) { Ok(snapshot) } else { Err(closed()) }
    }

    /// Returns the scan of this number.
    pub(crate) fn scan(&self, number: u32) -> Result<Rc<RefCell<Scan>>> {
        if let Some(Resource::Scan(scan)) = self.get(number) { Ok(scan) } else { Err(closed()) }
    }

    /// Removes the resource of this number and returns it.
    pub(crate) fn remove(&self, number: u32) -> Option<Resource> {
        let index = index_of(number)?;
        let resource = self.resources.borrow_mut().get_mut(index)?.take()?;
        self.free.borrow_mut().push(index);
        Some(resource)
    }

    #[inline(never)]
    fn get(&self, number: u32) -> Option<Resource> {
        self.resources.borrow().get(index_of(number)?)?.clone()
    }
}

fn index_of(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn closed() -> Failure {
    Failure::argument("the handle is closed")
}
