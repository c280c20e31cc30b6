//! The stored forms of definitions and entries, in postcard: the fields in their order.

use alloc::string::String;
use alloc::vec::Vec;

use super::entry::{CatalogEntry, IndexState, Rekey, Work};
use super::{DefinedIndex, TableDefinition};
use crate::error::DecodeReason;
use crate::key::KeyShape;
use crate::shape::Shape;
use crate::stored::{Stored, put_bytes, put_length, put_number, put_option, put_texts};

impl TableDefinition {
    /// Returns the stored form. It is the form of serde's derive in postcard, with each [`KeyShape`] as bytes.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::catalog::{self, TableDefinition};
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let notes = Table::<u32, String>::new(backend.clone(), "notes");
    /// notes.put(&1, &"milk".into())?;
    /// let definition = catalog::table(&*backend.snapshot()?, notes.partition())?.unwrap().definition;
    /// assert_eq!(TableDefinition::from_bytes(&definition.to_bytes()).unwrap(), definition);
    /// assert!(TableDefinition::from_bytes(b"rubbish").is_err());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.store(&mut out);
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// The reason, if the bytes are no definition.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeReason> {
        Stored::whole(bytes, Self::load)
    }

    fn store(&self, out: &mut Vec<u8>) {
        let Self { key, entity, version, has_envelope, indexes, key_fields, expires } = self;
        put_bytes(&key.to_bytes(), out);
        out.push(u8::from(entity.is_some()));
        if let Some(shape) = entity {
            shape.store(out);
        }
        put_number(*version, out);
        out.push(u8::from(*has_envelope));
        put_length(indexes.len(), out);
        for DefinedIndex { name, is_unique, is_each, fields, value, revision } in indexes {
            put_bytes(name.as_bytes(), out);
            out.push(u8::from(*is_unique));
            out.push(u8::from(*is_each));
            put_texts(fields, out);
            put_bytes(&value.to_bytes(), out);
            put_number(*revision, out);
        }
        put_texts(key_fields, out);
        put_option(expires.as_ref().map(String::as_bytes), out);
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        Self {
            key: stored.framed(KeyShape::load),
            entity: stored.option(Shape::load),
            version: stored.number(),
            has_envelope: stored.flag(),
            indexes: stored.list(|stored| DefinedIndex {
                name: stored.text(),
                is_unique: stored.flag(),
                is_each: stored.flag(),
                fields: stored.list(Stored::text),
                value: stored.framed(KeyShape::load),
                revision: stored.number(),
            }),
            key_fields: stored.list(Stored::text),
            expires: stored.option(Stored::text),
        }
    }
}

impl CatalogEntry {
    pub(super) fn store(&self, out: &mut Vec<u8>) {
        let Self { definition, indexes, oldest, work: Work { clear, rewrite, passed, rekey } } = self;
        definition.store(out);
        put_length(indexes.len(), out);
        out.extend(indexes.iter().map(|state| match state {
            IndexState::Built => 0_u8,
            IndexState::Clearing => 1,
            IndexState::Building => 2,
        }));
        put_number(*oldest, out);
        put_texts(clear, out);
        out.push(u8::from(*rewrite));
        put_option(passed.as_deref(), out);
        out.push(u8::from(rekey.is_some()));
        match rekey {
            None => {}
            Some(Rekey::Copying(run, after)) => {
                out.push(0);
                put_number(*run, out);
                put_option(after.as_deref(), out);
            }
            Some(Rekey::Replacing) => out.push(1),
        }
    }

    pub(super) fn load(stored: &mut Stored<'_>) -> Self {
        let entry = Self {
            definition: TableDefinition::load(stored),
            indexes: stored.list(|stored| match stored.byte() {
                0 => IndexState::Built,
                1 => IndexState::Clearing,
                2 => IndexState::Building,
                _ => {
                    stored.refuse();
                    IndexState::Built
                }
            }),
            oldest: stored.number(),
            work: Work {
                clear: stored.list(Stored::text),
                rewrite: stored.flag(),
                passed: stored.option(Stored::owned_bytes),
                rekey: stored.option(|stored| {
                    if stored.flag() {
                        Rekey::Replacing
                    } else {
                        Rekey::Copying(stored.number(), stored.option(Stored::owned_bytes))
                    }
                }),
            },
        };
        if entry.indexes.len() != entry.definition.indexes.len() {
            stored.refuse();
        }
        entry
    }
}

#[cfg(test)]
mod tests;
