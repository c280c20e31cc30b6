//! Partitions that a table reads but doesn't write: those of indexes, and those of the system's tables in a scope.

use std::sync::Arc;

use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::tables::system::{SystemTables, User};
use keyloft_memory::MemoryBackend;

#[test]
fn a_table_does_not_write_partitions_of_others() {
    let all: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    for db in [all.clone(), Arc::new(Scoped::new(all.clone(), "acme"))] {
        let users = SystemTables::new(db).users;
        users.put(&"1".into(), &User::new("1", "ada", Role::User, 1_000)).unwrap();
        let dump = |table: &Table<Vec<u8>, u8>| {
            table.backend().count(table.partition(), keyloft::backend::KeyRange::ALL)
        };
        for partition in all.partitions().unwrap() {
            let table = Table::<Vec<u8>, u8>::new(all.clone(), partition.clone());
            let before = dump(&table).unwrap();
            let key = b"1".to_vec();
            let schema = Schema::<Vec<u8>, u8>::new(partition.clone());
            let within = all.transaction(|tx| schema.within(tx).delete_all());
            let writes = [
                table.put(&key, &1),
                table.load([]).map(drop),
                table.delete_all().map(drop),
                within.map(drop),
            ];
            for written in writes {
                let error = written.unwrap_err();
                assert_eq!(error.code(), "InvalidPartition");
                assert_eq!(
                    error.to_string().contains("entries of an index"),
                    partition.is_index(),
                    "{error}"
                );
            }
            assert_eq!(dump(&table).unwrap(), before, "{partition}");
        }
        assert_eq!(users.verify().unwrap(), []);
    }
}
