//! [`CatalogEntry`]: a table in the catalog.

use alloc::string::String;
use alloc::vec::Vec;

use super::TableDefinition;
use crate::backend::{CATALOG, Partition, Read, Transaction};
use crate::error::{Error, Place, Result};
use crate::stored::Stored;
use crate::value::{Envelope, Header};

/// The version of the entries of the catalog.
const VERSION: u32 = 1;

/// The [`oldest`](CatalogEntry::oldest) version of rows that were written before the catalog had their table.
pub(crate) const UNKNOWN_OLDEST: u32 = 0;

/// A table in the catalog: its definition, and the progress of a migration.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CatalogEntry {
    /// The definition that all programs must have.
    pub definition: TableDefinition,
    /// The state of each index, in the order of the definition.
    pub indexes: Vec<IndexState>,
    /// The oldest schema version that a row may have, or 0 if rows were written without a table.
    ///
    /// A program needs the types of the versions from this one on. [`rewrite`](super::Migration::rewrite) raises it.
    pub oldest: u32,
    pub(crate) work: Work,
}

/// The state of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// The index has the entries of all rows, and answers.
    Built,
    /// Old entries are being deleted. Writes don't update the index, and it does not answer.
    Clearing,
    /// The entries of the rows are being added. Writes update the index, and it does not answer.
    Building,
}

/// The rest of the work of a migration that has begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Work {
    /// The names of indexes whose entries are to be deleted.
    pub(crate) clear: Vec<String>,
    /// `true` if values of older versions are to be stored in the present one.
    pub(crate) rewrite: bool,
    /// The last row of the pass over the table that adds entries and stores values.
    pub(crate) passed: Option<Vec<u8>>,
    /// The change of the keys.
    pub(crate) rekey: Option<Rekey>,
}

/// A change of the keys, which excludes every other use of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rekey {
    /// Copies of the rows are stored under their new keys, up to this old key. The definition is still the old one.
    ///
    /// The number is that of the run that makes them. Another run may have another function, so it begins anew.
    Copying(u32, Option<Vec<u8>>),
    /// The copies are complete, and move to the place of the rows.
    Replacing,
}

impl CatalogEntry {
    /// Creates the entry of a table whose indexes all have this state.
    pub(crate) fn new(definition: TableDefinition, state: IndexState) -> Self {
        let mut indexes = Vec::new();
        indexes.resize(definition.indexes.len(), state);
        Self { indexes, oldest: definition.version, work: Work::default(), definition }
    }

    /// Returns the state of the index of this name.
    pub fn state_of(&self, index: &str) -> Option<IndexState> {
        let position = self.definition.indexes.iter().position(|defined| defined.name == index)?;
        self.indexes.get(position).copied()
    }

    /// Returns `true` if no migration of the table has work to do.
    pub fn is_settled(&self) -> bool {
        let Work { clear, rewrite, passed, rekey } = &self.work;
        let is_done = clear.is_empty() && !rewrite && passed.is_none() && rekey.is_none();
        is_done && self.indexes.iter().all(|state| *state == IndexState::Built)
    }

    /// Returns the key of the last row that an unfinished migration has passed, if it has passed one.
    ///
    /// The next transaction of the migration begins with the row after it.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::Arc;
    /// use keyloft::catalog::{self, Migration};
    /// use keyloft::prelude::*;
    ///
    /// const LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let texts: Vec<(u32, String)> = (0..1500).map(|id| (id, "milk".into())).collect();
    /// Table::new(backend.clone(), "texts").put_many(&texts)?;
    ///
    /// let schema = Schema::<u32, String>::new("texts").index(LENGTH);
    /// Migration::new(backend.clone()).table(&schema).run_with(|progress| match progress.rows {
    ///     0 => ControlFlow::Continue(()),
    ///     _ => ControlFlow::Break(()),
    /// })?;
    /// let entry = catalog::table(&backend, schema.partition())?.expect("the table was written");
    /// assert_eq!(entry.passed(), Some(&*999_u32.encode()));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn passed(&self) -> Option<&[u8]> {
        match &self.work.rekey {
            Some(Rekey::Copying(_, copied)) => copied.as_deref(),
            _ => self.work.passed.as_deref(),
        }
    }

    /// Returns the stored form of the entry of the table.
    pub(crate) fn encode(&self, table: &Partition) -> Vec<u8> {
        let mut stored = Vec::new();
        let header = Header::append(VERSION, &mut stored);
        self.store(&mut stored);
        header.complete(&Partition::from(CATALOG), key_of(table), &mut stored);
        stored
    }

    /// Decodes a stored entry.
    pub(crate) fn decode(table: &Partition, stored: &[u8]) -> Result<Self> {
        let envelope = Envelope::open(&Partition::from(CATALOG), key_of(table), stored);
        let decoded = envelope.and_then(|Envelope { version, payload }| {
            if version != VERSION {
                return Err(crate::store::version_mismatch(version, VERSION));
            }
            Stored::whole(payload, Self::load)
        });
        decoded.map_err(|reason| Error::decode(place_of(table), reason))
    }

    /// Reads the entry of the table.
    pub(crate) fn read(reader: &dyn Read, table: &Partition) -> Result<Option<Self>> {
        let mut found = Ok(None);
        reader.get(&Partition::from(CATALOG), key_of(table), &mut |stored| {
            found = Self::decode(table, stored).map(Some);
        })?;
        found
    }

    /// Writes the entry of the table.
    pub(crate) fn write(&self, tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
        tx.put(&Partition::from(CATALOG), key_of(table), &self.encode(table))
    }
}

/// Returns the key of the table's entry in the catalog.
pub(crate) fn key_of(table: &Partition) -> &[u8] {
    table.as_str().as_bytes()
}

/// Returns the place of the table's entry in the catalog.
pub(crate) fn place_of(table: &Partition) -> Place {
    Place::entity(&Partition::from(CATALOG), table.as_str())
}
