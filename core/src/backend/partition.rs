//! [`Partition`]: the name of a space of keys.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

/// How the partition of an index begins.
const INDEX: char = '#';
/// How the partitions of a [`Scoped`](crate::layers::Scoped) backend begin.
const SCOPE: char = '@';
/// What is put before a name that would begin like a reserved one.
const ESCAPE: char = '%';

/// The partitions of the system's tables.
pub(crate) const SYSTEM_TABLES: [&str; 6] = [
    "system_users",
    "system_tables",
    "system_jobs",
    "system_namespaces",
    "system_storages",
    "system_live_queries",
];

/// The name of a space of keys. Keys of different partitions never meet.
///
/// Any text up to [`MAX_PARTITION_LEN`](super::MAX_PARTITION_LEN) is a name. A partition needs no creation: one that
/// was never written reads as empty, and it exists while it holds a key. The names of a table's indexes,
/// `#index:table`, and of what is in a scope are longer than the table's: they have to fit, too, when something is
/// written to them.
///
/// Names that begin with `#` belong to the indexes of the stores, and those that begin with `@` to the
/// [`Scoped`](crate::layers::Scoped) layer. A name given as text that begins so, or with `%`, is therefore stored with a
/// `%` before it: no text names a partition of theirs.
///
/// ```
/// use keyloft::Partition;
///
/// assert_eq!(Partition::from("system_jobs").as_str(), "system_jobs");
/// assert_eq!(Partition::from("#1").as_str(), "%#1");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(Arc<str>);

impl Partition {
    /// The partition whose name an engine has stored, for backends that list theirs.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// let partition = Partition::from("#1");
    /// assert_eq!(Partition::from_stored(partition.as_str()), partition);
    /// ```
    pub fn from_stored(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it was given.
    ///
    /// ```
    /// use keyloft::Partition;
    ///
    /// assert_eq!(Partition::from("#1").name(), "#1");
    /// assert_eq!(Partition::from("jobs").name(), "jobs");
    /// ```
    pub fn name(&self) -> &str {
        self.0.strip_prefix(ESCAPE).unwrap_or(&self.0)
    }

    /// Whether an index keeps its entries here, which only its store should change.
    pub fn is_index(&self) -> bool {
        self.0.starts_with(INDEX)
    }

    /// Returns whether a table of the system is kept here, which only a store with its rules may change.
    pub(crate) fn is_system_table(&self) -> bool {
        SYSTEM_TABLES.contains(&&*self.0)
    }

    /// Whether an index of the table in that partition keeps its entries here.
    pub(crate) fn is_index_of(&self, table: &Self) -> bool {
        let entries = self.0.strip_prefix(INDEX).and_then(|name| name.split_once(':'));
        entries.is_some_and(|(index, partition)| !index.starts_with(SCOPE) && *partition == *table.0)
    }

    /// Where the index of this name of a table in this partition keeps its entries.
    pub(crate) fn of_index(&self, index: &str) -> Self {
        // The first colon ends the index's name, as it ends the left part of a key. What begins with `@` is in a scope.
        let index = index.replace('%', "%25").replace(':', "%3A").replace(SCOPE, "%40");
        Self(format!("{INDEX}{index}:{}", self.0).into())
    }
}

impl From<&str> for Partition {
    fn from(name: &str) -> Self {
        if name.starts_with([INDEX, SCOPE, ESCAPE]) {
            Self(format!("{ESCAPE}{name}").into())
        } else {
            Self(name.into())
        }
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
        f.pad(&self.0)
    }
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Partition({:?})", &*self.0)
    }
}
