//! The stored bytes of the system's entities.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;

use keyloft::Entity;
use keyloft::prelude::*;
use keyloft::tables::system::SystemTables;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::system_samples as sample;
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::Commit;

/// A line for each entity of each schema version: its table, its name and its bytes.
const GOLDEN: &str = include_str!("system_entities.golden");

/// Checks that the entity has the stored bytes of the golden line of this name, and that they are read as it.
#[track_caller]
fn check<K, V>(store: &SystemTableStore<K, V>, name: &str, key: &K, entity: &V)
where
    K: StorageKey,
    V: Entity + PartialEq + Debug,
{
    store.put(key, entity).unwrap();
    assert_eq!(store.get(key).unwrap().as_ref(), Some(entity));

    let partition = store.partition().as_str();
    let stored = store.backend().value(partition, &key.encode()).unwrap();
    let mut line = format!("{partition} {name} ");
    for byte in stored {
        write!(line, "{byte:02x}").unwrap();
    }
    assert!(GOLDEN.lines().any(|golden| golden == line), "not in the golden file:\n{line}");
}

pub(crate) fn are_stored_in_these_bytes(fixture: &dyn Fixture) {
    let system = SystemTables::new(fixture.open());
    let user = sample::full_user();
    check(&system.users, "full", &user.user_id, &user);
    check(&system.users, "empty", &"".into(), &sample::empty_user());
    let table = sample::full_table();
    check(&system.tables, "full", &table.table_id, &table);
    check(&system.tables, "empty", &TableId::from_strings("", ""), &sample::empty_table());
    check(&system.jobs, "full", &"1".into(), &sample::full_job());
    check(&system.jobs, "empty", &"2".into(), &sample::empty_job());
    check(&system.namespaces, "full", &"app".into(), &sample::full_namespace());
    check(&system.namespaces, "empty", &"a".into(), &sample::empty_namespace());
    check(&system.storages, "full", &"1".into(), &sample::full_storage());
    check(&system.storages, "empty", &"2".into(), &sample::empty_storage());
    check(&system.live_queries, "full", &"1".into(), &sample::full_live_query());
    check(&system.live_queries, "empty", &"2".into(), &sample::empty_live_query());
}

/// The fields of a user in their order, each enum as its stored number.
type User = (
    String,
    String,
    String,
    u8,
    Option<String>,
    u8,
    Option<String>,
    u8,
    Option<String>,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
);
type Table =
    ((String, String), u8, i64, String, Option<String>, bool, String, u32, u32, Option<u8>, Option<String>);
type Job = (
    u8,
    String,
    Option<String>,
    u8,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<u64>,
    Option<u64>,
    i64,
    Option<i64>,
    Option<i64>,
    String,
    Option<String>,
);
type Storage = (String, Option<String>, u8, String, Option<String>, String, String, i64, i64);

/// Stores the entity with each change to its numbers, and checks that a read reports that it can't be decoded.
#[track_caller]
fn refuses<K, V, N>(
    db: &Arc<dyn StorageBackend>,
    partition: &str,
    key: &K,
    entity: &V,
    changes: &[fn(&mut N)],
) where
    K: StorageKey,
    V: SystemEntity<Key = K>,
    N: Serialize + DeserializeOwned + Clone + 'static,
{
    let store = SystemTableStore::<K, V>::new(db.clone(), partition);
    let numbers = keyloft::Table::<K, N>::new(db.clone(), partition);
    let stored = numbers.deserialize(key, &store.serialize(key, entity).unwrap()).unwrap();
    for (place, change) in changes.iter().enumerate() {
        let mut unknown = stored.clone();
        change(&mut unknown);
        db.put_one(partition, &key.encode(), &numbers.serialize(key, &unknown).unwrap());
        let error = store.get(key).err().unwrap_or_else(|| panic!("change {place} of {partition} was read"));
        assert_eq!(error.code(), "Decode", "change {place} of {partition}");
    }
}

pub(crate) fn unknown_values_are_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    let user: &[fn(&mut User)] =
        &[|user| user.3 = 4, |user| user.5 = 3, |user| user.7 = 2, |user| user.3 = 127];
    refuses(&db, "users", &keyloft::UserId::from("1"), &sample::full_user(), user);
    let table: &[fn(&mut Table)] = &[|table| table.1 = 4, |table| table.9 = Some(3)];
    refuses(&db, "tables", &sample::full_table().table_id, &sample::full_table(), table);
    let job: &[fn(&mut Job)] = &[|job| job.0 = 5, |job| job.3 = 4];
    refuses(&db, "jobs", &keyloft::JobId::from("1"), &sample::full_job(), job);
    let storage: &[fn(&mut Storage)] = &[|storage| storage.2 = 2];
    refuses(&db, "storages", &keyloft::StorageId::from("1"), &sample::full_storage(), storage);
}

pub(crate) fn secrets_are_not_shown(_: &dyn Fixture) {
    let (user, storage) = (sample::full_user(), sample::full_storage());
    let shown = format!("{user:?} {user:#?} {storage:?} {storage:#?} {storage}");
    for secret in ["argon2id", "issuer", "hunter2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("Ålice") && shown.contains("Frankfurt"));
}
