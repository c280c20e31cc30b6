//! Entities in other bytes than their codec writes: reads return them, and `verify` and a scrub report them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::scrub::Scrub;
use keyloft::store::Mismatch;
use keyloft::value::seal_payload;
use keyloft_memory::MemoryBackend;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Stores the payload under the key 7 as a program without the types could, and returns the table.
fn stamped<V: Serialize + DeserializeOwned + Send + Sync + 'static>(payload: &[u8]) -> Table<u32, V> {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    let table = Table::<u32, V>::new(backend.clone(), "stamped");
    let key = 7_u32.encode().into_owned();
    let mut stored = Vec::new();
    seal_payload(table.partition(), &key, 1, payload, &mut stored);
    backend.transaction(|tx| tx.put(table.partition(), &key, &stored)).unwrap();
    table
}

/// Returns the reasons of the damage that a scrub by the types finds.
fn scrubbed<V: Send + Sync + 'static>(table: &Table<u32, V>) -> Vec<String> {
    let mut scrub = Scrub::new(table.backend().clone()).table(table.schema());
    scrub.run().unwrap();
    scrub.report().listed.iter().map(|damage| damage.reason.clone()).collect()
}

fn is_reported<V>(payload: &[u8], read: &V)
where
    V: Serialize + DeserializeOwned + Debug + PartialEq + Send + Sync + 'static,
{
    let table = stamped::<V>(payload);
    assert_eq!(table.get(&7).unwrap().as_ref(), Some(read));
    assert_eq!(table.verify().unwrap(), [Mismatch::NotCanonical { key: 7_u32.encode().into_owned() }]);
    let damage = scrubbed(&table);
    assert!(matches!(&damage[..], [reason] if reason.contains("put it again")), "{damage:?}");
    table.put(&7, read).unwrap();
    assert_eq!(table.verify().unwrap(), []);
    assert_eq!(scrubbed(&table), [""; 0]);
}

#[test]
fn bytes_that_a_write_does_not_make_are_reported() {
    is_reported(b"\x02\x01a\x05\x01a\x06", &BTreeMap::from([("a".to_owned(), 6_u8)]));
    is_reported(b"\x02\x01a\x05\x01a\x06", &HashMap::from([("a".to_owned(), 6_u8)]));
    is_reported(b"\x02ab", &'a');
    // The number 1 in two bytes.
    is_reported(b"\x81\x00", &1_u64);
}

#[test]
fn any_order_of_a_hash_table_is_sound() {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    let table = Table::<u32, HashMap<u32, String>>::new(backend, "maps");
    for id in 0..50 {
        table.put(&id, &(0..id * 7).map(|number| (number, number.to_string())).collect()).unwrap();
    }
    assert_eq!(table.verify().unwrap(), []);
    assert_eq!(scrubbed(&table), [""; 0]);
}

#[test]
fn values_of_older_versions_are_not_compared() {
    let table = stamped::<(u32, u64)>(b"\x05\x06");
    let schema = Schema::<u32, u64>::new("stamped").version(2, |_, payload| {
        keyloft::value::decode_payload::<(u32, u64)>(payload).map(|(_, number)| number)
    });
    let upgraded = Table::with_schema(table.backend().clone(), schema);
    assert_eq!(upgraded.get(&7).unwrap(), Some(6));
    assert_eq!(upgraded.verify().unwrap(), []);
}
