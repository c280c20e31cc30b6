//! [`Slots`]: the resources that JavaScript holds by numbers.

use std::cell::RefCell;

use crate::failure::{Failure, Result};

/// Resources under numbers from 1 on. The number of a removed one is used again.
pub(crate) struct Slots<T> {
    resources: RefCell<Vec<Option<T>>>,
    free: RefCell<Vec<usize>>,
}

impl<T> Slots<T> {
    /// Adds a resource and returns its number.
    pub(crate) fn add(&self, resource: T) -> u32 {
        let mut resources = self.resources.borrow_mut();
        let index = self.free.borrow_mut().pop().unwrap_or_else(|| {
            resources.push(None);
            resources.len() - 1
        });
        if let Some(slot) = resources.get_mut(index) {
            *slot = Some(resource);
        }
        u32::try_from(index + 1).unwrap_or(0)
    }

    /// Returns a clone of the resource.
    pub(crate) fn get(&self, number: u32) -> Result<T>
    where
        T: Clone,
    {
        self.with(number, |resource| resource.clone())
    }

    /// Works with the resource.
    pub(crate) fn with<R>(&self, number: u32, work: impl FnOnce(&mut T) -> R) -> Result<R> {
        let mut resources = self.resources.borrow_mut();
        let resource = index_of(number).and_then(|index| resources.get_mut(index)).and_then(Option::as_mut);
        resource.map(work).ok_or_else(|| Failure::argument("the handle is closed"))
    }

    /// Removes the resource and returns it.
    pub(crate) fn remove(&self, number: u32) -> Option<T> {
        let index = index_of(number)?;
        let resource = self.resources.borrow_mut().get_mut(index)?.take()?;
        self.free.borrow_mut().push(index);
        Some(resource)
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { resources: RefCell::default(), free: RefCell::default() }
    }
}

fn index_of(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
