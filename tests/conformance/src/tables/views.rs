//! Views of tables for a principal.

use std::ops::ControlFlow;

use keyloft::Partition;
use keyloft::access::{ReadView, WriteView};
use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;
use keyloft::store::Mismatch;
use keyloft::tables::system::User;

use crate::Fixture;
use crate::reading::{Entries, Reading};
use crate::writing::Commit;

/// The index of a user table on the deletion times of tombstones, as the table itself defines it.
const DELETED: Index<UserTableRow, i64> = Index::new("deleted", |row| row.deleted.then_some(row.updated));

fn names(view: ReadView<'_, UserId, User>) -> Vec<String> {
    view.scan_all().unwrap().into_iter().map(|(_, user)| user.username.to_string()).collect()
}

fn add(view: WriteView<'_, UserId, User>, name: &str) {
    view.put(&name.into(), &User::new(name, name, Role::User, 1_000)).unwrap();
}

pub(crate) fn of_different_stores_are_of_one_type(fixture: &dyn Fixture) {
    let db = fixture.open();
    let dba = Principal::new("root", Role::Dba);
    let (system, archive) = (User::store(db.clone()), Table::<UserId, User>::new(db, "archive"));
    let writers = [system.write_as(&dba).unwrap(), archive.write_as(&dba).unwrap()];
    for (view, name) in writers.into_iter().zip(["alice", "bob"]) {
        add(view, name);
    }
    let readers = [system.read_as(&dba).unwrap(), archive.read_as(&dba).unwrap()];
    assert_eq!(readers.map(names), [["alice"], ["bob"]]);
}

/// The notes of bob and of bobby: each has a row `a`, and tombstones `b` at 10 and `c` at 20.
fn notes(fixture: &dyn Fixture) -> UserTableStore {
    let notes = UserTableStore::new(fixture.open(), &TableId::from_strings("app", "notes"));
    for user in ["bob", "bobby"] {
        let view = notes.write_as(&of(user));
        for key in ["a", "b", "c"] {
            view.put(&key.into(), &UserTableRow::new(Row::new(), 0)).unwrap();
        }
        assert!(view.soft_delete(&"b".into(), 10).unwrap() && view.soft_delete(&"c".into(), 20).unwrap());
    }
    notes
}

fn of(user: &str) -> Principal {
    Principal::new(user, Role::User)
}

/// Returns the keys of the user, tombstones included.
fn keys(notes: &UserTableStore, user: &str) -> Vec<String> {
    let rows = notes.read_as(&of(user)).include_deleted().scan_all().unwrap();
    rows.into_iter().map(|(key, _)| key.to_string()).collect()
}

/// The partition of the tombstones' index.
fn tombstones() -> Partition {
    Partition::from_stored("#deleted:user_app:notes")
}

/// Returns the entries of the tombstones' index.
fn entries(db: &dyn StorageBackend) -> Entries {
    let mut entries = Vec::new();
    let scanned = db.scan(&tombstones(), KeyRange::ALL, Direction::Forward, &mut |key, value| {
        entries.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    });
    scanned.unwrap();
    entries
}

/// Returns whether an entry of the tombstones' index names a row of bob, whose key follows the end of the indexed time.
fn is_of_bob(entry: &[u8]) -> bool {
    entry.windows(6).any(|window| window == b"\0\0bob:")
}

/// Writes two false entries to the tombstones' index, past the store: one of a missing row of bobby, and one that can't be
/// parsed.
fn add_false_entries(db: &dyn StorageBackend) {
    let (mut of_no_row, _) = entries(db).into_iter().find(|(entry, _)| entry.ends_with(b"bobby:b")).unwrap();
    of_no_row.push(b'b');
    db.commit(|tx| {
        tx.put(&tombstones(), &of_no_row, b"").unwrap();
        tx.put(&tombstones(), b"rubbish", b"").unwrap();
    });
}

/// Deletes entries of the tombstones' index, past the store.
fn drop_entries(db: &dyn StorageBackend, is_dropped: fn(&[u8]) -> bool) {
    let dropped: Vec<_> = entries(db).into_iter().filter(|(entry, _)| is_dropped(entry)).collect();
    db.commit(|tx| {
        for (entry, _) in &dropped {
            assert!(tx.delete(&tombstones(), entry).unwrap());
        }
    });
}

pub(crate) fn a_users_deletions_by_an_index_leave_other_users_rows(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let bob = notes.write_as(&of("bob"));
    // The index has the entries of both users side by side. The limit counts those of one user.
    assert_eq!(bob.delete_by(&DELETED, Query::range(..=10)).unwrap(), 1);
    assert_eq!((keys(&notes, "bob"), keys(&notes, "bobby").len()), (vec!["a".into(), "c".into()], 3));
    assert_eq!(bob.purge_deleted_before(i64::MAX, 1).unwrap(), 1);
    assert_eq!(bob.delete_by(&DELETED, ..).unwrap(), 0);
    assert_eq!(bob.delete_in(RowId::from("b")..).unwrap(), 0);
    let last = Query::range(RowId::from("a")..).reverse().limit(1);
    bob.put(&"z".into(), &UserTableRow::new(Row::new(), 0)).unwrap();
    assert_eq!(bob.delete_in(last).unwrap(), 1);
    assert_eq!((keys(&notes, "bob"), keys(&notes, "bobby").len()), (vec!["a".into()], 3));
    assert_eq!(notes.write_as(&of("bobby")).delete_by(&DELETED, Query::all().reverse().limit(1)).unwrap(), 1);
    assert_eq!(keys(&notes, "bobby"), ["a", "b"]);
    assert_eq!(notes.verify().unwrap(), []);
}

pub(crate) fn a_users_reads_by_an_index_see_their_own_rows(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let view = notes.read_as(&of("bobby"));
    let (bobby, key) = (view.include_deleted(), |row: &str| RowId::from(row));
    let first = |query: Query<i64>| bobby.first_by(&DELETED, query).unwrap().map(|(key, _)| key);
    let last = |query: Query<i64>| bobby.last_by(&DELETED, query).unwrap().map(|(key, _)| key);
    assert_eq!((first(Query::all()), last(Query::all())), (Some(key("b")), Some(key("c"))));
    assert_eq!((first(Query::range(11..)), last(Query::range(..11))), (Some(key("c")), Some(key("b"))));
    assert_eq!(bobby.scan_by(&DELETED, ..).unwrap().len(), 2);
    let live = bobby.scan_missing(&DELETED, ..).unwrap();
    assert_eq!(live.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), [key("a")]);
    let snapshot = notes.backend().snapshot().unwrap();
    let mut walk = bobby.walk_by(&DELETED, ..).unwrap();
    let mut next = || walk.next(&snapshot).unwrap().map(|(key, _)| key);
    assert_eq!([next(), next(), next()], [Some(key("b")), Some(key("c")), None]);
    let mut walk = view.walk(..);
    assert_eq!(walk.next(&snapshot).unwrap().map(|(key, _)| key), Some(key("a")));
    assert_eq!(walk.next(&snapshot).unwrap(), None);
    let selected = |query: Query<i64>| {
        bobby
            .select()
            .by(&DELETED, query)
            .order_with(|row| row.updated)
            .reverse()
            .map(|key, _| key)
            .all()
            .unwrap()
    };
    assert_eq!(selected(Query::all()), [key("c"), key("b")]);
    assert_eq!(selected(Query::exactly(&10)), [key("b")]);
    assert_eq!(view.select().by(&DELETED, ..).count().unwrap(), 0);
    assert_eq!((view.select().count().unwrap(), bobby.select().keys(..key("c")).count().unwrap()), (1, 2));
    // Without tombstones, the entries are those of hidden rows.
    assert_eq!(view.first_by(&DELETED, ..).unwrap(), None);

    let db = notes.backend();
    db.commit(|tx| tx.put(&"user_app:notes".into(), b"bob:b", b"rubbish").unwrap());
    db.commit(|tx| tx.put(&"user_app:notes".into(), b"bobby:c", b"rubbish").unwrap());
    let page = bobby.page_readable(.., 9, None).unwrap();
    assert_eq!((page.entries.len(), page.skipped.len()), (2, 1));
    let page = bobby.page_readable_by(&DELETED, .., 9, None).unwrap();
    assert_eq!((page.entries.len(), page.skipped.len()), (1, 1));
    assert_eq!(page.skipped[0].key, b"bobby:c");
    let writer = notes.write_as(&of("bobby"));
    assert_eq!(db.transaction(|tx| writer.within(tx).reindex_readable()).unwrap().len(), 1);
    assert!(db.transaction(|tx| writer.within(tx).discard(&page.skipped[0].key)).unwrap());
    assert_eq!(bobby.page(.., 9, None).unwrap().entries.len(), 2);
}

pub(crate) fn a_users_deletions_leave_other_users_index_entries(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let db = notes.backend();
    add_false_entries(db);
    let before = entries(db);
    let bob = notes.write_as(&of("bob"));
    assert_eq!(bob.delete_by(&DELETED, ..).unwrap(), 2);
    assert_eq!(bob.delete_all().unwrap(), 1);
    let left: Vec<_> = before.into_iter().filter(|(entry, _)| !is_of_bob(entry)).collect();
    assert_eq!(left.len(), 4);
    assert_eq!(entries(db), left);
}

pub(crate) fn a_users_check_sees_their_own_entries(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let db = notes.backend();
    let [bob, bobby] = ["bob", "bobby"].map(|user| notes.read_as(&of(user)));
    assert_eq!((bob.verify().unwrap(), bobby.verify().unwrap()), (vec![], vec![]));
    let mismatches = || [&bob, &bobby].map(|rows| rows.verify().unwrap().len());
    add_false_entries(db);
    // An entry that can't be parsed belongs to no user.
    assert_eq!((mismatches(), notes.verify().unwrap().len()), ([0, 1], 2));
    drop_entries(db, |entry| !is_of_bob(entry));
    assert_eq!((mismatches(), notes.verify().unwrap().len()), ([0, 2], 2));
    db.commit(|tx| tx.put(&"user_app:notes".into(), b"bobby:\xff", b"rubbish").unwrap());
    assert_eq!((mismatches(), notes.verify().unwrap().len()), ([0, 3], 3));
    assert_eq!(bob.count().unwrap(), 1, "a read skips the row of another user that can't be decoded");
}

pub(crate) fn a_users_reindex_leaves_other_users_entries(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let db = notes.backend();
    let whole = entries(db);
    drop_entries(db, |_| true);
    let bob = notes.write_as(&of("bob"));
    assert_eq!(db.transaction(|tx| bob.within(tx).reindex()).unwrap(), 2);
    assert_eq!((bob.verify().unwrap(), notes.verify().unwrap().len()), (vec![], 2));
    let of_bob: Vec<_> = whole.iter().filter(|(entry, _)| is_of_bob(entry)).cloned().collect();
    assert_eq!(entries(db), of_bob);

    // A row of bobby that can't be decoded does not stop the reindex of bob, and bobby's entries stay.
    let bobby = notes.write_as(&of("bobby"));
    assert_eq!(db.transaction(|tx| bobby.within(tx).reindex()).unwrap(), 2);
    assert_eq!(entries(db), whole);
    db.commit(|tx| tx.put(&"user_app:notes".into(), b"bobby:b", b"rubbish").unwrap());
    assert_eq!(db.transaction(|tx| bobby.within(tx).reindex()).unwrap_err().code(), "Decode");
    assert_eq!(db.transaction(|tx| bob.within(tx).reindex()).unwrap(), 2);
    assert_eq!(entries(db), whole);
}

pub(crate) fn a_users_discard_leaves_other_users_rows(fixture: &dyn Fixture) {
    let notes = notes(fixture);
    let db = notes.backend();
    let bob = notes.write_as(&of("bob"));
    let before = db.dump();
    for foreign in [b"bobby:b".as_slice(), b"bobby:", b"bob", b"b", b""] {
        assert!(!db.transaction(|tx| bob.within(tx).discard(foreign)).unwrap());
        assert_eq!(db.dump(), before);
    }
    db.commit(|tx| tx.put(&"user_app:notes".into(), b"bob:b", b"rubbish").unwrap());
    // The key is that of the mismatch, which `verify` reports to the user.
    let [Mismatch::Unreadable { key, .. }] = &*bob.verify().unwrap() else { panic!("{:?}", bob.verify()) };
    assert!(db.transaction(|tx| bob.within(tx).discard(key)).unwrap());
    assert_eq!((keys(&notes, "bob"), keys(&notes, "bobby").len()), (vec!["a".into(), "c".into()], 3));
    assert_eq!(notes.verify().unwrap(), []);
}
