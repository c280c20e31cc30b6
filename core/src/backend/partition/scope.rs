//! [`Scope`]: the partitions of a [`Scoped`](crate::layers::Scoped) backend.

use alloc::sync::Arc;

use super::{Partition, name};
use crate::backend::{BackendId, CatalogStamp, unique_number};

/// The partitions of one scope. Their full names contain `@scope/`, and their local names don't.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// `@scope/`.
    prefix: Arc<str>,
    /// A number that no other scope of this process has.
    number: u32,
}

impl Scope {
    /// Creates the scope of this name, which may be any text.
    pub(crate) fn new(scope: &str) -> Self {
        Self { prefix: name::of_scope(scope).into(), number: unique_number() }
    }

    /// Returns the full partition of a local one. The backend under the scope stores it.
    pub(crate) fn full(&self, local: &Partition) -> Partition {
        Partition::of(name::with_scope(&self.prefix, &local.name).into())
    }

    /// Returns the local partition of a full one, or `None` if it is outside the scope.
    pub(crate) fn local(&self, full: &Partition) -> Option<Partition> {
        name::without_scope(&self.prefix, &full.name).map(|local| Partition::of(local.into()))
    }

    /// Returns the stamp of the catalog in this scope, for the stamp of the backend under it.
    pub(crate) fn stamp(&self, inner: CatalogStamp) -> CatalogStamp {
        inner.in_scope(self.number)
    }

    /// Returns the identity of this scope of the backend.
    pub(crate) fn id(&self, inner: BackendId) -> BackendId {
        inner.in_scope(&self.prefix)
    }
}
