//! The table `system_namespaces`, and the counts of tables that it keeps.

use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::tables::system::{Namespace, SystemTables, TableMetadata, TableType};

use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;

fn table(namespace: &str, name: &str) -> (TableId, TableMetadata) {
    let id = TableId::from_strings(namespace, name);
    (id.clone(), TableMetadata::new(id, TableType::User, 2_000))
}

/// Returns the system's tables with the namespaces `app` and `app2`.
fn system(fixture: &dyn Fixture) -> SystemTables {
    let system = SystemTables::new(fixture.open());
    for name in ["app", "app2"] {
        system.namespaces.insert(&name.into(), &Namespace::new(name, 1_000)).unwrap();
    }
    system
}

#[track_caller]
fn count_of(system: &SystemTables, namespace: &str) -> u64 {
    let entity = system.namespaces.get(&namespace.into()).unwrap();
    let tables = system.tables.scan_prefix(&TableId::prefix(namespace)).unwrap();
    let count = entity.unwrap().table_count;
    assert_eq!(count, u64::try_from(tables.len()).unwrap(), "the count is that of the tables");
    count
}

pub(crate) fn names_are_checked(fixture: &dyn Fixture) {
    let namespaces = Namespace::store(fixture.open());
    for name in ["a", "app", "app_2", "a__", "systems", "system_x", "z9"] {
        namespaces.put(&name.into(), &Namespace::new(name, 1_000)).unwrap();
    }
    let stored = namespaces.count().unwrap();
    for name in ["", "App", "aPp", "1a", "_a", "a-b", "a b", "a:b", "a.b", "ä", "aä", "a\n", "a\0", "system"]
    {
        let namespace = Namespace::new(name, 1_000);
        assert_eq!(namespaces.put(&name.into(), &namespace).unwrap_err().code(), "Invalid", "{name:?}");
        assert_eq!(namespaces.insert(&name.into(), &namespace).unwrap_err().code(), "Invalid", "{name:?}");
    }
    assert_eq!(namespaces.count().unwrap(), stored);
}

pub(crate) fn have_their_name_as_key(fixture: &dyn Fixture) {
    let system = system(fixture);
    let other = Namespace::new("other", 1_000);
    assert_eq!(system.namespaces.put(&"app".into(), &other).unwrap_err().code(), "Invalid");
    let renamed = system.namespaces.update(&"app".into(), |namespace| {
        namespace.name = "other".into();
        Ok(())
    });
    assert_eq!(renamed.unwrap_err().code(), "Invalid");
}

pub(crate) fn one_with_tables_is_not_deleted(fixture: &dyn Fixture) {
    let system = system(fixture);
    let (id, notes) = table("app", "notes");
    system.tables.put(&id, &notes).unwrap();
    match system.namespaces.delete(&"app".into()).unwrap_err().into_kind() {
        ErrorKind::InUse { place, reason } => {
            assert_eq!(place, Place::entity(&"system_namespaces".into(), "app"));
            assert!(reason.contains("`app:notes`"), "{reason}");
        }
        other => panic!("{other}"),
    }
    let all = [NamespaceId::new("app2"), NamespaceId::new("app")];
    assert_eq!(system.namespaces.delete_many(&all).unwrap_err().code(), "InUse");
    assert_eq!(system.namespaces.delete_prefix(&NamespaceId::prefix("a")).unwrap_err().code(), "InUse");
    assert_eq!(system.namespaces.count().unwrap(), 2, "a refused deletion of many deletes nothing");

    assert!(
        system.namespaces.delete(&"app2".into()).unwrap(),
        "a name with the same beginning has no tables"
    );
    system.tables.delete(&id).unwrap();
    let (longer, notes) = table("app2", "notes");
    system.tables.put(&longer, &notes).unwrap();
    assert!(
        system.namespaces.delete(&"app".into()).unwrap(),
        "a name with which another one begins has none either"
    );
    assert!(!system.namespaces.delete(&"app".into()).unwrap());
}

pub(crate) fn count_their_tables(fixture: &dyn Fixture) {
    let system = system(fixture);
    let tables = ["a", "b", "c", "d", "e"].map(|name| table("app", name));
    let (id, entity) = &tables[0];
    system.tables.insert(id, entity).unwrap();
    assert_eq!(count_of(&system, "app"), 1);
    system.tables.put(id, entity).unwrap();
    let updated = system.tables.update(id, |table| {
        table.schema_version += 1;
        Ok(())
    });
    updated.unwrap();
    assert_eq!(system.tables.insert(id, entity).unwrap_err().code(), "AlreadyExists");
    assert_eq!(count_of(&system, "app"), 1, "an existing table does not count again");

    system.tables.put_many(&tables).unwrap();
    system.tables.put_many(&[table("app2", "a"), table("app2", "a")]).unwrap();
    assert_eq!((count_of(&system, "app"), count_of(&system, "app2")), (5, 1));

    assert!(!system.tables.delete(&TableId::from_strings("app", "absent")).unwrap());
    assert!(system.tables.delete(id).unwrap());
    assert!(!system.tables.delete(id).unwrap());
    assert_eq!(count_of(&system, "app"), 4);
    assert_eq!(system.tables.delete_many(&[tables[1].0.clone(), tables[1].0.clone()]).unwrap(), 1);
    assert_eq!(count_of(&system, "app"), 3);
    assert_eq!(system.tables.delete_prefix(&TableId::prefix("app")).unwrap(), 3);
    assert_eq!((count_of(&system, "app"), count_of(&system, "app2")), (0, 1));
}

pub(crate) fn keep_their_count_whatever_is_stored(fixture: &dyn Fixture) {
    let system = system(fixture);
    system.tables.put_many(&[table("app", "a"), table("app", "b")]).unwrap();
    let app = NamespaceId::new("app");
    for claimed in [0, 2, 99] {
        let namespace =
            Namespace { table_count: claimed, options: Some("{}".into()), ..Namespace::new("app", 5) };
        system.namespaces.put(&app, &namespace).unwrap();
        let stored = system.namespaces.get(&app).unwrap();
        assert_eq!(stored, Some(Namespace { table_count: 2, ..namespace }));
    }
    let updated = system.namespaces.update(&app, |namespace| {
        namespace.table_count = 7;
        Ok(())
    });
    assert_eq!(updated.unwrap().table_count, 2, "`update` returns what is stored");
    assert_eq!(count_of(&system, "app"), 2);
}

pub(crate) fn a_new_one_counts_the_tables_that_are_there(fixture: &dyn Fixture) {
    let system = SystemTables::new(fixture.open());
    system.tables.put_many(&[table("app", "a"), table("app", "b"), table("app2", "a")]).unwrap();
    system.namespaces.insert(&"app".into(), &Namespace::new("app", 1_000)).unwrap();
    assert_eq!(count_of(&system, "app"), 2);
    system.tables.delete(&TableId::from_strings("app2", "a")).unwrap();
    system.namespaces.insert(&"app2".into(), &Namespace::new("app2", 1_000)).unwrap();
    assert_eq!(count_of(&system, "app2"), 0);
}

pub(crate) fn counts_are_of_the_same_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    let system = SystemTables::new(db.clone());
    system.namespaces.insert(&"app".into(), &Namespace::new("app", 1_000)).unwrap();
    let (id, notes) = table("app", "notes");
    let before = db.dump();
    let failed = db.transaction(|tx| {
        system.tables.within(tx).insert(&id, &notes)?;
        assert_eq!(system.namespaces.within(tx).get(&"app".into())?.map(|app| app.table_count), Some(1));
        Err::<(), Error>(Error::from(ErrorKind::Aborted))
    });
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!(db.dump(), before);

    let refused = TableMetadata { access_level: Some(TableAccess::Public), ..notes.clone() };
    let done = db.transaction(|tx| {
        assert_eq!(system.tables.within(tx).insert(&id, &refused).unwrap_err().code(), "Invalid");
        Ok::<_, Error>(())
    });
    done.unwrap();
    assert_eq!(db.dump(), before, "a refused table does not count");

    let both = db.transaction(|tx| {
        system.tables.within(tx).insert(&id, &notes)?;
        system.tables.within(tx).delete(&id)?;
        system.namespaces.within(tx).delete(&"app".into())
    });
    assert!(both.unwrap());
    assert!(db.names_of_data().is_empty());
}

pub(crate) fn counts_are_right_after_a_race(fixture: &dyn Fixture) {
    let db = fixture.open();
    let system = SystemTables::new(db.clone());
    system.namespaces.insert(&"app".into(), &Namespace::new("app", 1_000)).unwrap();
    let ran = at_once(&db, 4, |db, number| {
        let tables = TableMetadata::store(db.clone());
        for round in 0..10 {
            // Two threads each create the same tables.
            let (id, entity) = table("app", &format!("{}-{round}", number / 2));
            tables.put(&id, &entity).unwrap();
            if round % 5 == 4 {
                tables.delete(&id).unwrap();
                tables.put(&id, &entity).unwrap();
            }
        }
    });
    assert_eq!(count_of(&system, "app"), if ran { 20 } else { 0 });
}

pub(crate) fn tables_of_another_partition_do_not_count(fixture: &dyn Fixture) {
    let db = fixture.open();
    let system = SystemTables::new(db.clone());
    system.namespaces.insert(&"app".into(), &Namespace::new("app", 1_000)).unwrap();
    let archive = SystemTableStore::<TableId, TableMetadata>::new(db, "archive");
    let (id, notes) = table("app", "notes");
    archive.put(&id, &notes).unwrap();
    assert_eq!(count_of(&system, "app"), 0);
    archive.delete(&id).unwrap();
    assert!(system.namespaces.delete(&"app".into()).unwrap());
}
