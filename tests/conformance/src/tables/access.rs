//! Access for each role to each kind of table, to read and to write.

use std::sync::Arc;

use keyloft::Partition;
use keyloft::error::Place;
use keyloft::layers::Observed;
use keyloft::prelude::*;
use keyloft::store::Entity;
use keyloft::tables::system::{TableMetadata, TableType};

use crate::Fixture;

const ROLES: [Role; 4] = [Role::User, Role::Service, Role::Dba, Role::System];

/// The rights of each of [`ROLES`].
type Row4 = [bool; 4];

const NONE: Row4 = [false; 4];
const ALL: Row4 = [true; 4];
const FROM_SERVICE: Row4 = [false, true, true, true];
const FROM_DBA: Row4 = [false, false, true, true];

fn shared(backend: &Arc<dyn StorageBackend>, access: TableAccess) -> SharedTableStore {
    SharedTableStore::new(backend.clone(), &TableId::from_strings("app", "news"), access)
        .owned_by("owner".into())
}

fn stream(backend: &Arc<dyn StorageBackend>, access: TableAccess) -> StreamTableStore {
    let clock = Arc::new(|| 0_i64);
    StreamTableStore::new(backend.clone(), &TableId::from_strings("app", "events"), access, clock)
        .owned_by("owner".into())
}

/// Asks for both views as each role, and uses the views that are granted.
#[track_caller]
fn check<K: StorageKey, V: Entity + Clone>(
    store: &impl CrossUserTableStore<K, V>,
    (key, entity): (&K, &V),
    reads: Row4,
    writes: Row4,
) {
    for ((role, reads), writes) in ROLES.into_iter().zip(reads).zip(writes) {
        let somebody = Principal::new("somebody", role);
        let context = format!("{role:?} {:?}", store.table_access());
        assert_eq!((store.can_read(&role), store.can_write(&role)), (reads, writes), "{context}");

        match store.write_as(&somebody) {
            Ok(view) => {
                assert!(writes, "{context}");
                view.put(key, entity).unwrap();
                view.update(key, |_| Ok(())).unwrap();
                assert_eq!(view.insert(key, entity).unwrap_err().code(), "AlreadyExists");
                view.put_many(&[(key.clone(), entity.clone())]).unwrap();
                assert!(view.contains(key).unwrap());
                assert_eq!(view.delete_many(std::slice::from_ref(key)).unwrap(), 1);
                store.backend().transaction(|tx| view.within(tx).put(key, entity)).unwrap();
                assert!(view.delete(key).unwrap());
            }
            Err(error) => {
                assert!(!writes, "{context}");
                denied(&error, &somebody, "write", store.partition());
            }
        }
        store.put(key, entity).unwrap();
        match store.read_as(&somebody) {
            Ok(view) => {
                assert!(reads, "{context}");
                assert!(view.get(key).unwrap().is_some());
                assert_eq!((view.count().unwrap(), view.scan_all().unwrap().len()), (1, 1));
                assert_eq!(view.iter(..).unwrap().count(), 1);
                assert_eq!(view.page(.., 9, None).unwrap().entries.len(), 1);
                let snapshot = store.backend().snapshot().unwrap();
                assert_eq!(view.at(&snapshot).count().unwrap(), 1);
            }
            Err(error) => {
                assert!(!reads, "{context}");
                denied(&error, &somebody, "read", store.partition());
            }
        }
    }
}

#[track_caller]
fn denied(error: &Error, who: &Principal, what: &str, table: &Partition) {
    match error.kind() {
        ErrorKind::AccessDenied { place, principal, action } => {
            assert_eq!((place, principal, *action), (&Place::of(table), &who.to_string(), what));
        }
        other => panic!("{other}"),
    }
}

pub(crate) fn the_matrix_of_roles_and_tables(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let settings = Table::<UserId, String>::new(backend.clone(), "settings");
    check(&settings, (&"1".into(), &"dark".to_owned()), FROM_DBA, FROM_DBA);

    let levels = [
        (TableAccess::Public, ALL, FROM_SERVICE),
        (TableAccess::Restricted, FROM_SERVICE, FROM_SERVICE),
        (TableAccess::Private, NONE, NONE),
    ];
    for (access, reads, writes) in levels {
        let row = SharedTableRow::new(Row::new(), 0);
        check(&shared(&backend, access), (&"1".into(), &row), reads, writes);
        let row = StreamTableRow::lasting(Row::new(), 0);
        check(&stream(&backend, access), (&"1".into(), &row), reads, writes);
    }
}

pub(crate) fn the_owner_may_whatever_the_role(fixture: &dyn Fixture) {
    let backend = fixture.open();
    for access in [TableAccess::Public, TableAccess::Restricted, TableAccess::Private] {
        for role in ROLES {
            let owner = Principal::new("owner", role);
            let news = shared(&backend, access);
            let row = SharedTableRow::new(Row::new(), 0);
            news.write_as(&owner).unwrap().put(&"1".into(), &row).unwrap();
            assert_eq!(news.read_as(&owner).unwrap().count().unwrap(), 1);
            assert_eq!(news.read_as(&owner).unwrap().include_deleted().count().unwrap(), 1);
            let other = Principal::new("owner2", Role::User);
            assert_eq!(news.read_as(&other).is_ok(), access == TableAccess::Public);
        }
    }
    let unowned = SharedTableStore::new(backend, &TableId::from_strings("app", "lost"), TableAccess::Private);
    assert!(ROLES.iter().all(|role| unowned.read_as(&Principal::new("owner", *role)).is_err()));
}

pub(crate) fn metadata_decides_who_may_use_a_table(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let entry = |table_type, access_level| TableMetadata {
        access_level,
        owner: Some("owner".into()),
        ..TableMetadata::new(TableId::from_strings("app", "t"), table_type, 0)
    };
    let all = [TableType::User, TableType::Shared, TableType::Stream, TableType::System];
    for (table_type, level) in all.into_iter().zip([None, Some(TableAccess::Public), None, None]) {
        let entry = entry(table_type, level);
        let shared = SharedTableStore::of(backend.clone(), &entry);
        let stream = StreamTableStore::of(backend.clone(), &entry, Arc::new(|| 0));
        let rights = [
            shared.map(|store| (store.table_access(), store.owner().cloned())),
            stream.map(|store| (store.table_access(), store.owner().cloned())),
        ];
        let right = [
            (TableType::Shared, TableAccess::Public, "it is not a shared table"),
            (TableType::Stream, TableAccess::Restricted, "it is not a stream table"),
        ];
        for (found, (of, level, otherwise)) in rights.into_iter().zip(right) {
            match found.map_err(Error::into_kind) {
                Ok(found) => {
                    assert_eq!(found, (Some(level), Some("owner".into())));
                    assert_eq!(table_type, of);
                }
                Err(ErrorKind::Invalid { place, reason }) => {
                    assert_eq!(place, Place::entity(&"system_tables".into(), "app:t"));
                    assert_eq!(reason, otherwise);
                    assert_ne!(table_type, of);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    let untold = SharedTableStore::of(backend, &entry(TableType::Shared, None)).unwrap();
    assert_eq!(untold.table_access(), Some(TableAccess::Restricted));
}

pub(crate) fn users_see_their_own_rows_and_no_others(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
    let users = ["", "bob", "bobby", "bob:", "bob%", "bob%3A", "bo", "\u{10FFFF}"];
    for (role, user) in ROLES.into_iter().cycle().zip(users) {
        let view = notes.write_as(&Principal::new(user, role));
        for row in ["", "1", "1:2", "\u{10FFFF}"] {
            view.insert(&row.into(), &UserTableRow::new(Row::new().with("of", user), 0)).unwrap();
        }
    }
    for role in ROLES {
        for user in users {
            let view = notes.read_as(&Principal::new(user, role));
            let rows = view.scan_all().unwrap();
            assert_eq!(rows.len(), 4, "{user:?}");
            assert!(rows.iter().all(|(_, row)| row.row == Row::new().with("of", user)), "{user:?}");
            assert_eq!((view.count().unwrap(), view.iter(..).unwrap().count()), (4, 4));
            assert_eq!(view.scan(Query::all().reverse()).unwrap().len(), 4);
            assert_eq!(view.scan(RowId::from("1")..).unwrap().len(), 3);
            assert_eq!(view.scan(..RowId::from("1")).unwrap().len(), 1);
            assert_eq!(view.scan_prefix(&RowId::prefix("1")).unwrap().len(), 2);
            assert_eq!(view.first().unwrap().unwrap().0, RowId::from(""));
            assert_eq!(view.last().unwrap().unwrap().0, RowId::from("\u{10FFFF}"));
            let page = view.page(.., 3, None).unwrap();
            let rest = view.page(.., 3, page.next.as_ref()).unwrap();
            assert_eq!((page.entries.len(), rest.entries.len(), rest.next), (3, 1, None));
        }
    }
}

pub(crate) fn no_cursor_leads_to_another_users_rows(fixture: &dyn Fixture) {
    let notes = UserTableStore::new(fixture.open(), &TableId::from_strings("app", "notes"));
    for user in ["alice", "bob", "carol"] {
        let view = notes.write_as(&Principal::new(user, Role::User));
        for row in ["1", "2"] {
            view.put(&row.into(), &UserTableRow::new(Row::new(), 0)).unwrap();
        }
    }
    let bob = notes.read_as(&Principal::new("bob", Role::User));
    let cursor = bob.page(.., 1, None).unwrap().next.unwrap().to_string();
    // The cursor of the same query, with a forged last key.
    for forged in ["alice:1", "alice:", "carol:", "", "bob"] {
        let text = format!("{}{}", &cursor[..8], hex(forged.as_bytes()));
        for query in [Query::all(), Query::all().reverse()] {
            let page = bob.page(query, 9, Some(&text.parse().unwrap()));
            assert_eq!(page.unwrap_err().code(), "InvalidCursor", "{forged}");
        }
    }
    let of_bob: Cursor = cursor.parse().unwrap();
    let alice = notes.read_as(&Principal::new("alice", Role::User));
    assert_eq!(alice.page(.., 9, Some(&of_bob)).unwrap_err().code(), "InvalidCursor");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

pub(crate) fn a_write_view_writes_its_users_rows_only(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
    let row = UserTableRow::new(Row::new(), 0);
    let [bob, bobby] = ["bob", "bobby"].map(|user| notes.write_as(&Principal::new(user, Role::System)));
    for view in [&bob, &bobby] {
        view.put_many(&[("1".into(), row.clone()), ("2".into(), row.clone()), ("3".into(), row.clone())])
            .unwrap();
    }
    bob.update(&"1".into(), |row| {
        row.updated = 7;
        Ok(())
    })
    .unwrap();
    assert!(bob.soft_delete(&"2".into(), 9).unwrap());
    assert!(bob.delete(&"3".into()).unwrap());
    assert!(!bob.delete(&"3".into()).unwrap());
    assert_eq!((bob.count().unwrap(), bobby.count().unwrap()), (1, 3));
    assert_eq!(notes.read_as(&Principal::new("bob", Role::User)).include_deleted().count().unwrap(), 2);
    assert!(bob.restore(&"2".into(), 10).unwrap());

    let failed = backend.transaction(|tx| {
        let mut rows = bob.within(tx);
        assert_eq!(rows.delete_all()?, 2);
        assert_eq!((rows.count()?, rows.scan_all()?.len()), (0, 0));
        Err::<(), _>(Error::from(ErrorKind::ReadOnly))
    });
    assert!(failed.is_err());
    assert_eq!(bob.delete_all().unwrap(), 2);
    assert_eq!((bob.count().unwrap(), bobby.count().unwrap()), (0, 3));
    assert_eq!(notes.verify().unwrap(), []);
}

pub(crate) fn a_watch_sees_the_rows_of_its_user_only(fixture: &dyn Fixture) {
    let observed = Observed::new(fixture.open());
    let feed = observed.feed();
    let backend: Arc<dyn StorageBackend> = Arc::new(observed);
    let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
    let row = UserTableRow::new(Row::new(), 0);
    let [bob, bobby] = ["bob", "bobby"].map(|user| notes.write_as(&Principal::new(user, Role::User)));
    bob.put(&"1".into(), &row).unwrap();
    let watch = bob.watch(&feed, ..).unwrap();
    assert_eq!(watch.current.len(), 1);
    bobby.put(&"2".into(), &row).unwrap();
    bob.put(&"3".into(), &row).unwrap();
    match watch.changes.try_recv().unwrap().unwrap() {
        keyloft::store::Event::Inserted { key, .. } => assert_eq!(key, RowId::from("3")),
        other => panic!("{other:?}"),
    }
    assert!(watch.changes.try_recv().is_none());

    let news = shared(&backend, TableAccess::Private);
    let owner = Principal::new("owner", Role::User);
    assert!(news.read_as(&owner).unwrap().watch(&feed, ..).unwrap().current.is_empty());
}
