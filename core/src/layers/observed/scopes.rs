//! [`Scopes`]: the scopes between a hub and a subscriber.

use alloc::vec::Vec;

use crate::backend::{Partition, Scope};

/// The scopes that a feed is seen through, the one next to the hub first.
#[derive(Clone, Default)]
pub(super) struct Scopes(Vec<Scope>);

impl Scopes {
    /// Adds a scope inside the others.
    pub(super) fn push(&mut self, name: &str) {
        self.0.push(Scope::new(name));
    }

    /// Returns the name at the hub of a partition that is seen through the scopes.
    pub(super) fn full(&self, local: Partition) -> Partition {
        self.0.iter().rev().fold(local, |partition, scope| scope.full(&partition))
    }

    /// Returns the name through the scopes of a partition at the hub; `None` if it is outside them.
    pub(super) fn local(&self, full: &Partition) -> Option<Partition> {
        self.0.iter().try_fold(full.clone(), |partition, scope| scope.local(&partition))
    }
}
