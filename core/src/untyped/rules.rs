//! The rules for writes of an untyped table.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{UntypedEntity, UntypedIndex};
use crate::backend::Partition;
use crate::catalog::TableDefinition;
use crate::error::Result;
use crate::store::Change;

/// The rules for writes of an untyped table.
pub(super) struct Rules {
    pub(super) definition: TableDefinition,
    pub(super) indexes: Vec<UntypedIndex>,
    /// The reason why the table can't be written at all.
    pub(super) obstacle: Option<String>,
}

impl Rules {
    pub(super) fn new(
        partition: &Partition,
        definition: TableDefinition,
        indexes: Vec<UntypedIndex>,
    ) -> Self {
        let obstacle = obstacle(partition, &definition);
        Self { definition, indexes, obstacle }
    }

    /// Refuses a change that would not keep the table whole.
    pub(super) fn check(&self, change: &Change<'_, Vec<u8>, UntypedEntity>) -> Result<()> {
        match self.fault(change) {
            Some(reason) => Err(change.invalid(reason)),
            None => Ok(()),
        }
    }

    fn fault(&self, change: &Change<'_, Vec<u8>, UntypedEntity>) -> Option<String> {
        if let Some(obstacle) = &self.obstacle {
            return Some(obstacle.clone());
        }
        if let Some(new) = change.new
            && let Some(reason) = self.fault_of(change.key, new)
        {
            return Some(reason);
        }
        for entity in [change.old, change.new].into_iter().flatten() {
            for index in &self.indexes {
                if index.each(entity, &mut |_| ()).is_none() {
                    let name = &index.defined.name;
                    return Some(format!(
                        "the values of index `{name}` can't be computed without its program: write it there"
                    ));
                }
            }
        }
        None
    }

    /// Returns the reason why the entity can't be stored under the key.
    fn fault_of(&self, key: &[u8], new: &UntypedEntity) -> Option<String> {
        let TableDefinition { key: key_shape, key_fields, entity, .. } = &self.definition;
        if let Err(error) = key_shape.check(key) {
            return Some(format!("{error}"));
        }
        if let Some(Err(malformed)) = entity.as_ref().map(|shape| shape.read(&new.payload)) {
            return Some(format!("{malformed}"));
        }
        let is_own =
            key_fields.is_empty() || self.definition.own_key(&new.payload).is_some_and(|own| own == key);
        if is_own {
            return None;
        }
        Some(format!("it is not under its own key, the fields `{}`", key_fields.join("`, `")))
    }
}

/// Returns the reason why a table can't be written without its types.
fn obstacle(partition: &Partition, definition: &TableDefinition) -> Option<String> {
    let name = partition.local_name();
    let has_rows =
        ["user_", "shared_", "stream_"].iter().any(|start| name.starts_with(start)) && name.contains(':');
    if name.starts_with("system_") || has_rows {
        return Some("it belongs to a table that has a type with rules: write it through that".into());
    }
    if definition.entity.is_none() {
        return Some(
            "the catalog has no shape of its entities: derive `Entity` in the program, and `migrate` there"
                .into(),
        );
    }
    let index = definition.indexes.iter().find(|index| index.fields.is_empty())?;
    Some(format!("index `{}` is by a function, which only the program has: write it there", index.name))
}
