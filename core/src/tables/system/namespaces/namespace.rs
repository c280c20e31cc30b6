//! [`Namespace`]: a group of tables.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::key::NamespaceId;
use crate::tables::shape::stored;

/// A group of tables. The key is `name`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Namespace {
    /// The name, which is the key.
    pub name: NamespaceId,
    /// The time of creation.
    pub created_at: i64,
    /// The application's settings.
    pub options: Option<String>,
    /// The number of tables. `system_namespaces` maintains it, and writes ignore it.
    pub table_count: u64,
}

stored!(Namespace {
    name: NamespaceId,
    created_at: i64,
    options: Option<String>,
    table_count: u64,
});

impl Namespace {
    /// Creates a namespace that is created at `now`.
    pub fn new(name: impl Into<NamespaceId>, now: i64) -> Self {
        Self { name: name.into(), created_at: now, options: None, table_count: 0 }
    }
}
