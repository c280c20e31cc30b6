//! [`Scope`]: the partitions of a [`Scoped`](crate::layers::Scoped) backend.

use alloc::sync::Arc;

use super::{Partition, name};

/// The partitions of one scope. Their full names contain `@scope/`, and their local names don't.
#[derive(Clone, Debug)]
pub(crate) struct Scope(Arc<str>);

impl Scope {
    /// Creates the scope of this name, which may be any text.
    pub(crate) fn new(scope: &str) -> Self {
        Self(name::of_scope(scope).into())
    }

    /// Returns the full partition of a local one. The backend under the scope stores it.
    pub(crate) fn full(&self, local: &Partition) -> Partition {
        Partition(name::with_scope(&self.0, &local.0).into())
    }

    /// Returns the local partition of a full one, or `None` if it is outside the scope.
    pub(crate) fn local(&self, full: &Partition) -> Option<Partition> {
        name::without_scope(&self.0, &full.0).map(|local| Partition(local.into()))
    }
}
