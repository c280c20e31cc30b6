//! The indexes and rules of `system_tables`.

use super::{TableMetadata, TableType};
use crate::access::TableAccess;
use crate::backend::Transaction;
use crate::error::Result;
use crate::key::{StorageId, StorageKey, TableId};
use crate::store::Index;
use crate::store::schema::EncodedChange;
use crate::tables::system::declare::Declare;
use crate::tables::system::{SystemEntity, namespaces};

/// The index of tables by the storage of their files.
pub const STORAGE: Index<TableMetadata, StorageId> = Index::new("storage", |table| table.storage_id.clone());

pub(in crate::tables::system) fn declare(table: &mut impl Declare<TableMetadata>) {
    table.index(&STORAGE);
    table.guard(guard);
}

fn guard(tx: &mut dyn Transaction, change: &EncodedChange<'_, TableMetadata>) -> Result<()> {
    let key = TableId::decode(change.key)?;
    if let Some(table) = change.new
        && let Some(reason) = fault(&key, table)
    {
        return Err(change.invalid(reason));
    }
    if let Some((old, new)) = change.old.zip(change.new)
        && old.table_type != new.table_type
    {
        return Err(change.invalid("the type of a table can't change: drop the table and create another"));
    }
    // A copy of the table in another partition has no namespaces whose counts it could change.
    match (change.old, change.new) {
        _ if !change.is_in(TableMetadata::PARTITION) => Ok(()),
        (None, Some(_)) => namespaces::adjust_count(tx, key.namespace_id(), |count| count.saturating_add(1)),
        (Some(_), None) => namespaces::adjust_count(tx, key.namespace_id(), |count| count.saturating_sub(1)),
        _ => Ok(()),
    }
}

/// Returns the rule that the entity breaks.
fn fault(key: &TableId, table: &TableMetadata) -> Option<&'static str> {
    if table.table_id != *key {
        Some("`table_id` is not the key")
    } else if table.access_level.is_some() && table.table_type != TableType::Shared {
        Some("only a shared table has an access level")
    } else if table.access_level == Some(TableAccess::Private) && table.owner.is_none() {
        Some("a private table needs an owner")
    } else {
        None
    }
}
