//! The table `system_tables`.

use keyloft::prelude::*;
use keyloft::tables::system::{TableMetadata, TableType, tables};

use crate::Fixture;

const TYPES: [TableType; 4] = [TableType::User, TableType::Shared, TableType::Stream, TableType::System];

fn metadata(namespace: &str, name: &str, table_type: TableType) -> TableMetadata {
    TableMetadata::new(TableId::from_strings(namespace, name), table_type, 1_000)
}

pub(crate) fn have_their_id_as_key(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    let notes = metadata("app", "notes", TableType::User);
    for other in [TableId::from_strings("app", "other"), TableId::from_strings("other", "notes")] {
        assert_eq!(tables.put(&other, &notes).unwrap_err().code(), "Invalid");
    }
    assert_eq!(tables.count().unwrap(), 0);
    tables.put(&notes.table_id, &notes).unwrap();
}

pub(crate) fn only_shared_ones_have_an_access_level(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    for table_type in TYPES {
        let plain = metadata("app", &format!("{table_type:?}"), table_type);
        tables.put(&plain.table_id, &plain).unwrap();
        for level in [TableAccess::Public, TableAccess::Restricted, TableAccess::Private] {
            let levelled =
                TableMetadata { access_level: Some(level), owner: Some("o".into()), ..plain.clone() };
            let stored = tables.put(&levelled.table_id, &levelled).map_err(|error| error.code());
            let expected = if table_type == TableType::Shared { Ok(()) } else { Err("Invalid") };
            assert_eq!(stored, expected, "{table_type:?} {level:?}");
        }
    }
}

pub(crate) fn a_private_one_has_an_owner(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    let owned = TableMetadata {
        access_level: Some(TableAccess::Private),
        owner: Some("alice".into()),
        ..metadata("app", "notes", TableType::Shared)
    };
    let key = owned.table_id.clone();
    let ownerless = TableMetadata { owner: None, ..owned.clone() };
    assert_eq!(tables.insert(&key, &ownerless).unwrap_err().code(), "Invalid");
    tables.insert(&key, &owned).unwrap();
    let disowned = tables.update(&key, |table| {
        table.owner = None;
        Ok(())
    });
    assert_eq!(disowned.unwrap_err().code(), "Invalid");
    assert_eq!(tables.get(&key).unwrap(), Some(owned.clone()));

    let public = TableMetadata { access_level: Some(TableAccess::Public), ..ownerless };
    tables.put(&key, &public).unwrap();
}

pub(crate) fn are_scanned_by_namespace(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    let ids = [("app", "b"), ("app", "a:b"), ("app2", "c"), ("ap", "d"), ("app:x", "e"), ("", "app:f")];
    for (namespace, name) in ids {
        let table = metadata(namespace, name, TableType::Stream);
        tables.insert(&table.table_id, &table).unwrap();
    }
    let names = |namespace: &str| -> Vec<String> {
        let found = tables.scan_prefix(&TableId::prefix(&NamespaceId::from(namespace))).unwrap();
        found.iter().map(|(id, _)| id.table_name().as_str().to_owned()).collect()
    };
    assert_eq!(names("app"), ["a:b", "b"]);
    assert_eq!(
        (names("app2"), names("app:x"), names("")),
        (vec!["c".into()], vec!["e".into()], vec!["app:f".into()])
    );
    assert_eq!(names("a"), Vec::<String>::new());
}

pub(crate) fn are_found_by_storage(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    for (name, storage) in [("a", Some("s1")), ("b", Some("s2")), ("c", None), ("d", Some("s1"))] {
        let table = metadata("app", name, TableType::User);
        let table = TableMetadata { storage_id: storage.map(Into::into), ..table };
        tables.insert(&table.table_id, &table).unwrap();
    }
    assert_eq!(tables.find_all(&tables::STORAGE, "s1").unwrap().len(), 2);
    let moved = tables.update(&TableId::from_strings("app", "a"), |table| {
        table.storage_id = Some("s2".into());
        Ok(())
    });
    moved.unwrap();
    assert_eq!(tables.find_all(&tables::STORAGE, "s1").unwrap().len(), 1);
    assert_eq!(tables.find_all(&tables::STORAGE, "s2").unwrap().len(), 2);
    assert_eq!(tables.verify().unwrap(), []);
}

pub(crate) fn stay_of_their_type(fixture: &dyn Fixture) {
    let tables = TableMetadata::store(fixture.open());
    let notes = metadata("app", "notes", TableType::User);
    tables.put(&notes.table_id, &notes).unwrap();
    for table_type in TYPES {
        let other = metadata("app", "notes", table_type);
        let put = tables.put(&notes.table_id, &other).map_err(|error| error.code());
        assert_eq!(
            put,
            if table_type == TableType::User { Ok(()) } else { Err("Invalid") },
            "{table_type:?}"
        );
    }
    assert!(tables.delete(&notes.table_id).unwrap());
    tables.put(&notes.table_id, &metadata("app", "notes", TableType::Stream)).unwrap();
}
