//! The table `system_storages`.

use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::tables::system::{Storage, StorageType, SystemTables, TableMetadata, TableType, User};

use crate::Fixture;

fn storage() -> Storage {
    Storage::new("Frankfurt", StorageType::S3, "s3://bucket", 1_000)
}

/// Returns the system's tables with the storages `s`, `s1` and `s2`.
fn system(fixture: &dyn Fixture) -> SystemTables {
    let system = SystemTables::new(fixture.open());
    for id in ["s", "s1", "s2"] {
        system.storages.insert(&id.into(), &storage()).unwrap();
    }
    system
}

fn table_in(storage: &str) -> (TableId, TableMetadata) {
    let id = TableId::from_strings("app", "notes");
    let table = TableMetadata::new(id.clone(), TableType::User, 2_000);
    (id, TableMetadata { storage_id: Some(storage.into()), ..table })
}

#[track_caller]
fn refused(system: &SystemTables, storage: &str) -> String {
    match system.storages.delete(&storage.into()).unwrap_err().into_kind() {
        ErrorKind::InUse { place, reason } => {
            assert_eq!(place, Place::entity(&"system_storages".into(), storage));
            reason
        }
        other => panic!("{other}"),
    }
}

pub(crate) fn one_that_a_table_names_is_not_deleted(fixture: &dyn Fixture) {
    let system = system(fixture);
    let (id, notes) = table_in("s1");
    system.tables.insert(&id, &notes).unwrap();
    assert!(refused(&system, "s1").contains("table `app:notes`"));
    assert!(
        system.storages.delete(&"s".into()).unwrap(),
        "a storage whose id begins another id is a different one"
    );

    let moved = system.tables.update(&id, |table| {
        table.storage_id = Some("s2".into());
        Ok(())
    });
    moved.unwrap();
    assert!(refused(&system, "s2").contains("table `app:notes`"));
    assert!(system.storages.delete(&"s1".into()).unwrap());
    system.tables.delete(&id).unwrap();
    assert!(system.storages.delete(&"s2".into()).unwrap());
}

pub(crate) fn one_that_a_user_names_is_not_deleted(fixture: &dyn Fixture) {
    let system = system(fixture);
    let alice = User { storage_id: Some("s1".into()), ..User::new("1", "alice", Role::User, 1_000) };
    system.users.insert(&"1".into(), &alice).unwrap();
    assert!(refused(&system, "s1").contains("user `1`"));
    let deleted = system.users.update(&"1".into(), |user| {
        user.deleted_at = Some(2_000);
        Ok(())
    });
    deleted.unwrap();
    assert!(refused(&system, "s1").contains("user `1`"), "a soft-deleted user still names it");
    system.users.delete(&"1".into()).unwrap();
    assert!(system.storages.delete(&"s1".into()).unwrap());
}

pub(crate) fn a_refused_deletion_of_many_does_nothing(fixture: &dyn Fixture) {
    let system = system(fixture);
    let (id, notes) = table_in("s1");
    system.tables.insert(&id, &notes).unwrap();
    let all = ["s", "s1", "s2"].map(StorageId::from);
    assert_eq!(system.storages.delete_many(&all).unwrap_err().code(), "InUse");
    assert_eq!(system.storages.delete_prefix(&StorageId::prefix("")).unwrap_err().code(), "InUse");
    assert_eq!(system.storages.count().unwrap(), 3);
}

pub(crate) fn may_be_changed_while_in_use(fixture: &dyn Fixture) {
    let system = system(fixture);
    let (id, notes) = table_in("s1");
    system.tables.insert(&id, &notes).unwrap();
    let changed = system.storages.update(&"s1".into(), |storage| {
        storage.credentials = Some("secret".into());
        Ok(())
    });
    assert_eq!(changed.unwrap().credentials.as_deref(), Some("secret"));
    system.storages.put(&"s1".into(), &storage()).unwrap();
}

pub(crate) fn those_of_another_partition_stand_alone(fixture: &dyn Fixture) {
    let db = fixture.open();
    let system = SystemTables::new(db.clone());
    let (id, notes) = table_in("s1");
    system.tables.insert(&id, &notes).unwrap();
    let archive = SystemTableStore::<StorageId, Storage>::new(db, "archive");
    archive.insert(&"s1".into(), &storage()).unwrap();
    assert!(archive.delete(&"s1".into()).unwrap());
}
