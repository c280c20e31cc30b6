//! The number of changes of catalogs in a shared file, by which a process notices the migration of another one.
//!
//! It is a table of another type than those of partitions, so no partition can be it, and it is not among them. A file that one
//! process has for itself needs no number: each opening takes the catalogs as unknown.

use redb::{ReadTransaction, ReadableTable, TableDefinition, TableError, WriteTransaction};

/// No name of a program's partition begins so.
const TABLE: TableDefinition<'static, (), u64> = TableDefinition::new("#redb.catalogs");

/// Counts a change that this transaction has made.
pub(crate) fn count(write: &WriteTransaction) -> Result<(), redb::Error> {
    let mut table = write.open_table(TABLE)?;
    let number = table.get(())?.map_or(0, |number| number.value());
    table.insert((), number.wrapping_add(1))?;
    Ok(())
}

/// Returns the number of changes.
pub(crate) fn get(read: &ReadTransaction) -> Result<u64, redb::Error> {
    match read.open_table(TABLE) {
        Ok(table) => Ok(table.get(())?.map_or(0, |number| number.value())),
        Err(TableError::TableDoesNotExist(_)) => Ok(0),
        Err(source) => Err(source.into()),
    }
}
