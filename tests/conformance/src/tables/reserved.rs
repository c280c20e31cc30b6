//! The partitions of the system's tables, used through a table without the system's rules.

use keyloft::prelude::*;
use keyloft::tables::system::{Job, JobType, Namespace, User};

use crate::Fixture;
use crate::reading::Reading;

type Write = fn(&Table<UserId, User>, &User) -> Result<()>;

/// Every write of a store.
const WRITES: [(&str, Write); 13] = [
    ("put", |users, user| users.put(&"1".into(), user)),
    ("put_many", |users, user| users.put_many(&[("1".into(), user.clone())])),
    ("insert", |users, user| users.insert(&"2".into(), user)),
    ("load", |users, user| users.load([("2".into(), user.clone())]).map(drop)),
    ("update", |users, _| users.update(&"1".into(), |_| Ok(())).map(drop)),
    ("try_update", |users, _| users.try_update(&"1".into(), |_| Ok::<_, Error>(())).map(drop)),
    ("delete", |users, _| users.delete(&"1".into()).map(drop)),
    ("delete_many", |users, _| users.delete_many(&["1".into()]).map(drop)),
    ("delete_prefix", |users, _| users.delete_prefix(&UserId::prefix("")).map(drop)),
    ("delete_all", |users, _| users.delete_all().map(drop)),
    ("reindex", |users, _| users.reindex().map(drop)),
    ("discard", |users, _| users.discard(b"1").map(drop)),
    ("write_as", |users, user| users.write_as(&Principal::new("root", Role::System))?.put(&"1".into(), user)),
];

pub(crate) fn take_no_write_of_a_plain_table(fixture: &dyn Fixture) {
    let db = fixture.open();
    let user = User::new("1", "alice", Role::User, 1_000);
    User::store(db.clone()).put(&"1".into(), &user).unwrap();
    let before = db.dump();
    let users = Table::<UserId, User>::new(db.clone(), User::PARTITION);
    for (name, write) in WRITES {
        is_refused(write(&users, &user), name);
    }
    let within = db.transaction(|tx| {
        let mut users = users.within(tx);
        is_refused(users.put(&"1".into(), &user), "put in a transaction");
        is_refused(users.delete(&"1".into()), "delete in a transaction");
        is_refused(users.delete_all(), "delete_all in a transaction");
        is_refused(users.reindex(), "reindex in a transaction");
        is_refused(users.discard(b"1"), "discard in a transaction");
        is_refused(Schema::new(User::PARTITION).within(tx).put(&UserId::new("1"), &user), "put of a schema");
        Ok(())
    });
    within.unwrap();
    assert_eq!(db.dump(), before);
}

pub(crate) fn take_no_entity_of_another_system_table(fixture: &dyn Fixture) {
    let db = fixture.open();
    let jobs = SystemTableStore::<JobId, Job>::new(db.clone(), User::PARTITION);
    is_refused(jobs.put(&"1".into(), &Job::new(JobType::Flush, "app", "node-1", 1_000)), "put");
    assert_eq!(User::store(db).count().unwrap(), 0);
}

#[track_caller]
fn is_refused<T>(done: Result<T>, write: &str) {
    match done.map(drop).map_err(Error::into_kind) {
        Err(ErrorKind::InvalidPartition { place, reason }) => {
            assert_eq!((place.partition(), place.key()), (Some("system_users"), None), "{write}");
            assert!(reason.contains("`SystemTableStore`"), "{write}: {reason}");
        }
        other => panic!("{write}: {other:?}"),
    }
}

pub(crate) fn are_read_by_a_plain_table(fixture: &dyn Fixture) {
    let db = fixture.open();
    let user = User::new("1", "alice", Role::User, 1_000);
    User::store(db.clone()).put(&"1".into(), &user).unwrap();
    // A definition without the table's indexes is not the stored one.
    let refused = Table::<UserId, User>::new(db.clone(), User::PARTITION).get(&"1".into()).unwrap_err();
    assert_eq!(refused.code(), "DefinitionMismatch");
    assert!(refused.to_string().contains("the database has the index `username`"), "{refused}");

    let users = Table::with_schema(db.clone(), User::schema());
    assert_eq!(users.get(&"1".into()).unwrap().as_ref(), Some(&user));
    assert_eq!(users.scan_all().unwrap(), [("1".into(), user.clone())]);
    let found = db.transaction(|tx| users.within(tx).first());
    assert_eq!(found.unwrap(), Some(("1".into(), user.clone())));
    let dba = Principal::new("root", Role::Dba);
    assert_eq!(users.read_as(&dba).unwrap().get(&"1".into()).unwrap(), Some(user));
}

/// A name that only resembles a reserved one is not reserved.
pub(crate) fn are_these_names_and_no_others(fixture: &dyn Fixture) {
    let db = fixture.open();
    let reserved = ["users", "tables", "jobs", "namespaces", "storages", "live_queries"];
    for name in reserved {
        let table = Table::<UserId, u32>::new(db.clone(), format!("system_{name}"));
        assert_eq!(table.put(&"1".into(), &1).unwrap_err().code(), "InvalidPartition", "{name}");
    }
    for name in ["system_", "system_user", "system_users2", "my_system_users", "System_users", "users"] {
        Table::<UserId, u32>::new(db.clone(), name).put(&"1".into(), &1).unwrap();
    }
    // A store of the system takes writes in any partition.
    let archive = SystemTableStore::<NamespaceId, Namespace>::new(db, "archive");
    archive.put(&"app".into(), &Namespace::new("app", 0)).unwrap();
}
