//! [`TableId`]: a table of one namespace.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{fmt, iter};

use serde::{Deserialize, Serialize};

use super::storage_key::invalid;
use super::{NamespaceId, Prefix, PrefixBy, StorageKey, TableName, escape};
use crate::error::Result;
use crate::text;

/// A table of one namespace: [`NamespaceId`] and [`TableName`], written `{namespace_id}:{table_name}`.
///
/// In the namespace's id, and only there, `%` and `:` are written `%25` and `%3A`.
///
/// ```
/// use keyloft::{NamespaceId, StorageKey, TableId, TableName};
///
/// let table = TableId::new(NamespaceId::new("app"), TableName::new("notes"));
/// assert_eq!(table.as_storage_key(), b"app:notes");
/// assert_eq!(TableId::from_storage_key(b"app:notes")?, table);
/// assert!(TableId::prefix(&NamespaceId::new("app")).matches(&table));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TableId {
    namespace_id: NamespaceId,
    table_name: TableName,
}

impl TableId {
    /// The table of this name, in this namespace.
    pub fn new(namespace_id: NamespaceId, table_name: TableName) -> Self {
        Self { namespace_id, table_name }
    }

    /// The same from text.
    pub fn from_strings(namespace_id: &str, table_name: &str) -> Self {
        Self::new(NamespaceId::from(namespace_id), TableName::from(table_name))
    }

    /// All tables of this namespace, and of no other.
    pub fn prefix(namespace_id: &NamespaceId) -> Prefix<Self> {
        Prefix::of(namespace_id)
    }

    /// The namespace.
    pub fn namespace_id(&self) -> &NamespaceId {
        &self.namespace_id
    }

    /// The name within the namespace.
    pub fn table_name(&self) -> &TableName {
        &self.table_name
    }

    /// Both parts, without a copy.
    pub fn into_parts(self) -> (NamespaceId, TableName) {
        (self.namespace_id, self.table_name)
    }

    /// The bytes of the key.
    pub fn as_storage_key(&self) -> Vec<u8> {
        self.encode().into_owned()
    }

    /// The key of the bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`](crate::Error::InvalidKey) if no key is written so.
    pub fn from_storage_key(bytes: &[u8]) -> Result<Self> {
        Self::decode(bytes)
    }

    fn written(&self) -> impl Iterator<Item = u8> {
        escape::escaped(self.namespace_id.as_str())
            .chain(iter::once(escape::SEPARATOR))
            .chain(self.table_name.as_str().bytes())
    }
}

impl StorageKey for TableId {
    fn encode(&self) -> Cow<'_, [u8]> {
        let mut out =
            Vec::with_capacity(self.namespace_id.as_str().len() + 1 + self.table_name.as_str().len());
        escape::write_left(self.namespace_id.as_str(), &mut out);
        out.extend_from_slice(self.table_name.as_bytes());
        Cow::Owned(out)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (namespace_id, table_name) =
            escape::split(bytes).map_err(|reason| invalid("TableId", reason, bytes))?;
        Ok(Self::new(NamespaceId::from(namespace_id), TableName::decode(table_name)?))
    }

    fn describe(&self) -> String {
        text::of_pair(self.namespace_id.as_bytes(), self.table_name.as_bytes())
    }
}

impl PrefixBy<&NamespaceId> for TableId {
    fn write_prefix(namespace_id: &NamespaceId, out: &mut Vec<u8>) {
        escape::write_left(namespace_id.as_str(), out);
    }
}

impl Ord for TableId {
    /// The order of the bytes, which is not that of the parts: an escaped id sorts as it is written.
    fn cmp(&self, other: &Self) -> Ordering {
        self.written().cmp(other.written())
    }
}

impl PartialOrd for TableId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape::display_left(self.namespace_id.as_str(), f)?;
        f.write_str(self.table_name.as_str())
    }
}
