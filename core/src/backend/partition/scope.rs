//! [`Scope`]: the partitions of a [`Scoped`](crate::layers::Scoped) backend.

use alloc::sync::Arc;

use super::{Partition, name};

/// A set of partitions with one prefix, `@scope/`, which their local names don't have and their full names do.
#[derive(Clone, Debug)]
pub(crate) struct Scope(Arc<str>);

impl Scope {
    /// Creates the scope of this name, which may be any text.
    pub(crate) fn new(scope: &str) -> Self {
        Self(name::of_scope(scope).into())
    }

    /// Returns the full name of a partition, by which the backend under the scope stores it.
    pub(crate) fn full(&self, local: &Partition) -> Partition {
        Partition(name::with_scope(&self.0, &local.0).into())
    }

    /// Returns the local name of a partition, by which it is known in the scope; `None` if it is outside the scope.
    pub(crate) fn local(&self, full: &Partition) -> Option<Partition> {
        name::without_scope(&self.0, &full.0).map(|local| Partition(local.into()))
    }
}
