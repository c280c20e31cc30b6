//! [`Partition`]: a named key space.

mod name;
mod scope;

use alloc::string::String;
use alloc::sync::Arc;
use core::{fmt, str};

pub(crate) use scope::Scope;

use crate::checksum;

/// The partitions of the system's tables.
pub(crate) const SYSTEM_TABLES: [&str; 6] = [
    "system_users",
    "system_tables",
    "system_jobs",
    "system_namespaces",
    "system_storages",
    "system_live_queries",
];

/// The partition of the catalog.
pub(crate) const CATALOG: &str = "system_catalog";

/// A named key space. Keys in different partitions are independent of each other.
///
/// Any text of up to [`MAX_PARTITION_LEN`](super::MAX_PARTITION_LEN) bytes names a partition. Partitions are not
/// created: a partition exists as long as it holds a key, and reads as empty otherwise.
///
/// # Stored names
///
/// Three first characters are reserved. Names are stored in one of these forms:
///
/// | stored name | partition |
/// | --- | --- |
/// | `name` | the partition with the name `name` |
/// | `%name` | the partition with the name `name`, if the name begins with `#`, `@` or `%` |
/// | `#index:partition` | the entries of an index of the table in `partition` |
/// | `@scope/partition` | `partition` inside a [`Scoped`](crate::layers::Scoped) backend |
/// | `#@scope/index:partition` | `#index:partition` inside a scope: the name of an index always begins with `#` |
///
/// `partition` is itself a stored name, so that scopes can be nested. In `index`, the characters `%`, `:` and `@` are
/// written as `%25`, `%3A` and `%40`; in `scope`, the characters `%`, `/` and `:` as `%25`, `%2F` and `%3A`. Therefore
/// no name that an application chooses is the stored name of an index or of a scope.
///
/// The limit on the length applies to the stored name. A table whose name is close to the limit has no room for an index
/// or a scope.
///
/// ```
/// use keyloft::Partition;
///
/// assert_eq!(Partition::from("system_jobs").as_str(), "system_jobs");
/// assert_eq!(Partition::from("#1").as_str(), "%#1");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    name: Arc<str>,
    /// The partition's part of the checksums of its values. A table has the same one inside a scope and outside.
    checksum: u64,
}

impl Partition {
    /// Creates a partition from its stored name, for backends that list their partitions.
    ///
    /// A stored name may be that of an index, or lead into a [scope](crate::layers::Scoped): on the backend under the scopes,
    /// `@acme/jobs` is the partition `jobs` of the scope `acme`. So don't pass it a text that somebody else has chosen. No text
    /// that `Partition::from` takes leads there.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// let partition = Partition::from("#1");
    /// assert_eq!(Partition::from_stored(partition.as_str()), partition);
    /// ```
    pub fn from_stored(name: &str) -> Self {
        Self::of(name.into())
    }

    fn of(name: Arc<str>) -> Self {
        let checksum = checksum::of_partition(name::innermost(&name));
        Self { name, checksum }
    }

    /// Returns the stored name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Returns the name that `Partition::from` received.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// assert_eq!(Partition::from("#1").name(), "#1");
    /// assert_eq!(Partition::from("jobs").name(), "jobs");
    /// ```
    pub fn name(&self) -> &str {
        name::given(&self.name)
    }

    /// Returns the partition's part of the checksums of its values.
    pub(crate) fn checksum(&self) -> u64 {
        self.checksum
    }

    /// Returns `true` if the partition holds the entries of an index, which only the store of its table may change.
    pub fn is_index(&self) -> bool {
        name::is_index(&self.name)
    }

    /// Returns `true` if the partition holds a [catalog](crate::catalog): that of the database, or that of a scope.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// assert!(Partition::from("system_catalog").is_catalog());
    /// assert!(Partition::from_stored("@acme/system_catalog").is_catalog());
    /// assert!(!Partition::from("catalog").is_catalog());
    /// ```
    #[inline]
    pub fn is_catalog(&self) -> bool {
        // Engines ask for every entry that is written, and most names differ in their last byte already.
        self.name.as_bytes().last() == CATALOG.as_bytes().last() && name::innermost(&self.name) == CATALOG
    }

    /// Returns `true` if the partition holds a table of the system, in a scope or outside, which only a store with its
    /// rules may change.
    pub(crate) fn is_system_table(&self) -> bool {
        SYSTEM_TABLES.contains(&name::innermost(&self.name))
    }

    /// Returns the name by which the partition is known in its innermost scope.
    pub(crate) fn local_name(&self) -> &str {
        name::innermost(&self.name)
    }

    /// Returns `true` if the partition holds the system table of this name, in a scope or outside.
    pub(crate) fn is_system_table_named(&self, table: &str) -> bool {
        name::innermost(&self.name) == table
    }

    /// Returns `true` if the partition holds the entries of an index of the table in `table`.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// let (users, jobs) = (Partition::from("users"), Partition::from("jobs"));
    /// assert!(users.of_index("name").is_index_of(&users));
    /// assert!(!users.of_index("name").is_index_of(&jobs));
    /// ```
    pub fn is_index_of(&self, table: &Self) -> bool {
        name::is_index_of(&self.name, &table.name)
    }

    /// Returns `true` if the partition holds the entries of an index of the table, and both have the names that they have
    /// outside their scopes.
    pub(crate) fn is_full_index_of(&self, table: &Self) -> bool {
        name::is_full_index_of(&self.name, &table.name)
    }

    /// Returns the partition of the table that an entry of this catalog defines, in the scope of the catalog.
    pub(crate) fn of_defined_table(&self, key: &[u8]) -> Option<Self> {
        let scope = self.name.strip_suffix(CATALOG)?;
        Some(Self::from_stored(&[scope, str::from_utf8(key).ok()?].concat()))
    }

    /// Returns the partition that holds the rows of this partition while their keys are being changed.
    pub(crate) fn of_moved_rows(&self) -> Self {
        Self::of(name::of_moved_rows(&self.name).into())
    }

    /// Returns the partition that holds the entries of the index `index` of the table in this partition.
    #[must_use]
    pub fn of_index(&self, index: &str) -> Self {
        Self::of(name::of_index(index, &self.name).into())
    }
}

impl From<&str> for Partition {
    fn from(name: &str) -> Self {
        if name::is_reserved(name) { Self::of(name::escaped(name).into()) } else { Self::of(name.into()) }
    }
}

impl From<String> for Partition {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<&Partition> for Partition {
    fn from(partition: &Partition) -> Self {
        partition.clone()
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Partition({:?})", &*self.name)
    }
}

#[cfg(test)]
mod tests;
