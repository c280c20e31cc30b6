//! [`Namespace`]: what tables are grouped in.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::key::NamespaceId;

/// What tables are grouped in; the key is `name`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Namespace {
    /// The name, which is the key.
    pub name: NamespaceId,
    /// When it was created.
    pub created_at: i64,
    /// Settings of your own.
    pub options: Option<String>,
    /// How many tables it has; kept by the table, whatever a stored entity says.
    pub table_count: u64,
}

impl Namespace {
    /// A namespace created now.
    pub fn new(name: impl Into<NamespaceId>, now: i64) -> Self {
        Self { name: name.into(), created_at: now, options: None, table_count: 0 }
    }
}
