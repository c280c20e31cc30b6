//! [`Scopes`]: the scopes between a hub and a subscriber.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::backend::{Partition, Scope, StorageBackend};
use crate::layers::Scoped;

/// The nested scopes of a feed, from the outermost, next to the hub, to the innermost.
#[derive(Clone, Default)]
pub(super) struct Scopes(Vec<Scope>);

impl Scopes {
    /// Adds an innermost scope.
    pub(super) fn push(&mut self, name: &str) {
        self.0.push(Scope::new(name));
    }

    /// Returns the full partition, as the hub names it, of a local one.
    pub(super) fn full(&self, local: Partition) -> Partition {
        self.0.iter().rev().fold(local, |partition, scope| scope.full(&partition))
    }

    /// Returns the part of the observed backend that is in the scopes.
    pub(super) fn backend(&self, observed: Arc<dyn StorageBackend>) -> Arc<dyn StorageBackend> {
        self.0.iter().fold(observed, |backend, scope| Arc::new(Scoped::of(backend, scope.clone())))
    }

    /// Returns the local partition of a full one, or `None` if it is outside the scopes.
    pub(super) fn local(&self, full: &Partition) -> Option<Partition> {
        self.0.iter().try_fold(full.clone(), |partition, scope| scope.local(&partition))
    }
}
