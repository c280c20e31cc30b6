//! The comparison of a [`Schema`] with the [catalog](crate::catalog), for code that reads and writes bytes.

use super::Schema;
use crate::backend::{Read, Transaction};
use crate::catalog::{Agreement, TableDefinition, check, check_new, register};
use crate::error::Result;

impl<K, V: 'static> Schema<K, V> {
    /// Returns the definition that the catalog stores for the table.
    ///
    /// ```
    /// use keyloft::Schema;
    ///
    /// let definition = Schema::<u32, String>::new("notes").definition();
    /// assert_eq!((definition.key.to_string(), definition.version), ("u32".into(), 1));
    /// ```
    pub fn definition(&self) -> TableDefinition {
        self.layout.definition()
    }

    /// Compares the definition with the catalog in the reader's state.
    ///
    /// The reads of a table do it. It is for code that reads the bytes of the table's partition through the backend. Call it
    /// after the read: then a definition that changed before the read is noticed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// Table::<u32, String>::new(backend.clone(), "notes").put(&7, &"milk".into())?;
    ///
    /// let schema = Schema::<u32, String>::new("notes");
    /// assert!(backend.contains(schema.partition(), &7_u32.encode())?);
    /// schema.check(&backend)?;
    ///
    /// let other = Schema::<i32, String>::new("notes");
    /// assert_eq!(other.check(&backend).unwrap_err().code(), "DefinitionMismatch");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch), or an error of the backend.
    pub fn check(&self, reader: &dyn Read) -> Result<()> {
        check(&self.layout, reader).map(drop)
    }

    /// Compares the definition with the catalog, and adds the table to it if the catalog does not have it.
    ///
    /// The writes of a table do it. It is for code that writes bytes to the table's partition through the transaction. It does
    /// not update the indexes, so the schema must have none.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use keyloft::{catalog, value};
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let schema = Schema::<u32, String>::new("notes");
    /// let mut stored = Vec::new();
    /// let key = 7_u32.encode();
    /// value::seal(schema.partition(), &key, schema.schema_version(), &"milk", &mut stored).unwrap();
    /// backend.transaction(|tx| {
    ///     schema.prepare(tx)?;
    ///     tx.put(schema.partition(), &key, &stored)
    /// })?;
    /// assert!(catalog::table(&backend, schema.partition())?.is_some());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`check`](Self::check).
    pub fn prepare(&self, tx: &mut dyn Transaction) -> Result<()> {
        let Agreement { states, is_new } = check(&self.layout, &*tx)?;
        if is_new {
            check_new(&self.layout, states)?;
            register(&self.layout, tx)?;
        }
        Ok(())
    }
}
