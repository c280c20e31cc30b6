//! [`TableId`]: the key of a table of one namespace.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{fmt, iter};

use serde::{Deserialize, Serialize};

use super::storage_key::invalid;
use super::{AsKey, KeyShape, NamespaceId, Prefix, PrefixBy, StorageKey, TableName, percent};
use crate::error::Result;
use crate::excerpt;
use crate::stored::{Field, Stored};

/// The key of a table of one namespace: a [`NamespaceId`] and a [`TableName`], encoded as `{namespace_id}:{table_name}`.
///
/// In the namespace's id, and only there, `%` and `:` are written `%25` and `%3A`. So every string is a legal id, and the
/// first colon ends it.
///
/// ```
/// use keyloft::{NamespaceId, StorageKey, TableId, TableName};
///
/// let table = TableId::new(NamespaceId::new("app"), TableName::new("notes"));
/// assert_eq!(table.as_storage_key(), b"app:notes");
/// assert_eq!(TableId::from_storage_key(b"app:notes")?, table);
/// assert!(TableId::prefix("app").matches(&table));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TableId {
    namespace_id: NamespaceId,
    table_name: TableName,
}

impl TableId {
    /// Creates the key of a table of this namespace.
    pub fn new(namespace_id: NamespaceId, table_name: TableName) -> Self {
        Self { namespace_id, table_name }
    }

    /// Creates the key from text.
    pub fn from_strings(namespace_id: &str, table_name: &str) -> Self {
        Self::new(NamespaceId::from(namespace_id), TableName::from(table_name))
    }

    /// Returns the prefix of the tables of this namespace.
    pub fn prefix<N: AsKey<NamespaceId> + ?Sized>(namespace_id: &N) -> Prefix<Self> {
        Prefix::of(namespace_id)
    }

    /// Returns the bytes that the keys of a namespace's tables begin with, from the bytes of the namespace's key.
    pub(crate) fn prefix_of(namespace_id: &[u8]) -> Vec<u8> {
        let mut prefix = Vec::new();
        percent::write_left(namespace_id, &mut prefix);
        prefix
    }

    /// Returns the id of the namespace.
    pub fn namespace_id(&self) -> &NamespaceId {
        &self.namespace_id
    }

    /// Returns the name of the table within its namespace.
    pub fn table_name(&self) -> &TableName {
        &self.table_name
    }

    /// Returns the id of the namespace and the name of the table without a copy.
    pub fn into_parts(self) -> (NamespaceId, TableName) {
        (self.namespace_id, self.table_name)
    }

    /// Returns the bytes of the key.
    pub fn as_storage_key(&self) -> Vec<u8> {
        self.encode().into_owned()
    }

    /// Returns the key that has these bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if no key has them.
    pub fn from_storage_key(bytes: &[u8]) -> Result<Self> {
        Self::decode(bytes)
    }

    /// Returns the bytes of the key one by one, to compare keys without an allocation.
    fn encoded(&self) -> impl Iterator<Item = u8> {
        percent::encoded(self.namespace_id.as_bytes())
            .chain(iter::once(percent::SEPARATOR))
            .chain(self.table_name.as_str().bytes())
    }
}

impl StorageKey for TableId {
    fn encode(&self) -> Cow<'_, [u8]> {
        let mut out =
            Vec::with_capacity(self.namespace_id.as_str().len() + 1 + self.table_name.as_str().len());
        percent::write_left(self.namespace_id.as_bytes(), &mut out);
        out.extend_from_slice(self.table_name.as_bytes());
        Cow::Owned(out)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (namespace_id, table_name) =
            percent::split(bytes).map_err(|reason| invalid("TableId", reason, bytes))?;
        Ok(Self::new(NamespaceId::from(namespace_id), TableName::decode(table_name)?))
    }

    fn describe(&self) -> String {
        excerpt::excerpt_of_pair(self.namespace_id.as_bytes(), self.table_name.as_bytes())
    }

    fn shape() -> KeyShape {
        KeyShape::joined("namespace_id", ("table_name", TableName::shape))
    }
}

impl Field for TableId {
    fn store(&self, out: &mut Vec<u8>) {
        self.namespace_id.store(out);
        self.table_name.store(out);
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        Self { namespace_id: Field::load(stored), table_name: Field::load(stored) }
    }
}

impl<N: AsKey<NamespaceId> + ?Sized> PrefixBy<&N> for TableId {
    fn write_prefix(namespace_id: &N, out: &mut Vec<u8>) {
        percent::write_left(&namespace_id.encode_key(), out);
    }
}

impl Ord for TableId {
    /// Compares the bytes. The parts may compare differently, because an id is compared in its percent encoding.
    fn cmp(&self, other: &Self) -> Ordering {
        self.encoded().cmp(other.encoded())
    }
}

impl PartialOrd for TableId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        percent::display_left(self.namespace_id.as_str(), f)?;
        f.write_str(self.table_name.as_str())
    }
}
