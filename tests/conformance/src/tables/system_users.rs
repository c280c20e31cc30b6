//! The table `system_users`.

use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::tables::system::{User, users};

use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;

type Users = SystemTableStore<UserId, User>;

fn user(id: &str, name: &str) -> User {
    User::new(id, name, Role::User, 1_000)
}

/// Returns a table of users of these names, each with its index as the id.
fn users_named(fixture: &dyn Fixture, names: &[&str]) -> Users {
    let users = User::store(fixture.open());
    for (place, name) in names.iter().enumerate() {
        let id = place.to_string();
        users.insert(&UserId::from(id.as_str()), &user(&id, name)).unwrap();
    }
    users
}

#[track_caller]
fn id_of(users: &Users, name: &str) -> Option<String> {
    users.find_by_username(name).unwrap().map(|user| user.user_id.into_string())
}

#[track_caller]
fn is_consistent(users: &Users) {
    assert_eq!(users.verify().unwrap(), []);
}

pub(crate) fn names_are_found_whole_and_in_any_case(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice2", "Alice", "al", "ÅSA", "a\0b"]);
    for (name, id) in
        [("ALICE", "1"), ("alice", "1"), ("aLiCe2", "0"), ("AL", "2"), ("åsa", "3"), ("A\0B", "4")]
    {
        assert_eq!(id_of(&users, name).as_deref(), Some(id), "{name}");
    }
    for name in ["", "a", "ali", "alice22", "alice\0", "asa"] {
        assert_eq!(id_of(&users, name), None, "{name}");
    }
    let alice = users.find_by_username(UserName::new("alicE")).unwrap().unwrap();
    assert_eq!(alice.username.as_str(), "Alice", "the name keeps its case");
}

pub(crate) fn a_name_is_taken_in_every_case(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice"]);
    let refusals = [
        users.insert(&"9".into(), &user("9", "ALICE")),
        users.put(&"9".into(), &user("9", "Alice")),
        users.put_many(&[("8".into(), user("8", "bob")), ("9".into(), user("9", "alicE"))]),
    ];
    for refused in refusals {
        match refused.unwrap_err().into_kind() {
            ErrorKind::UniqueViolation { place, index, value, holder } => {
                assert_eq!(place, Place::entity(&"system_users".into(), "9"));
                assert_eq!(index, "username");
                assert_eq!((value.as_str(), holder.as_str()), ("alice", "0"));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(users.count().unwrap(), 1);
    assert_eq!(id_of(&users, "bob"), None);
    is_consistent(&users);
}

pub(crate) fn of_racing_inserts_one_wins(fixture: &dyn Fixture) {
    let db = fixture.open();
    at_once(&db, 4, |db, number| {
        let users = User::store(db.clone());
        for round in 0..10 {
            let id = format!("{round}-{number}");
            let name = if number % 2 == 0 { format!("name{round}") } else { format!("NAME{round}") };
            match users.insert(&UserId::from(id.as_str()), &user(&id, &name)).map_err(Error::into_kind) {
                Ok(()) => (),
                Err(ErrorKind::UniqueViolation { index, value, .. }) => {
                    assert_eq!((index, value), ("username".to_owned(), format!("name{round}")));
                }
                Err(other) => panic!("{other}"),
            }
        }
    });
    let users = User::store(db);
    for (_, user) in users.scan_all().unwrap() {
        assert_eq!(id_of(&users, user.username.as_str()), Some(user.user_id.into_string()));
    }
    assert!(
        matches!(users.count().unwrap(), 0 | 10),
        "one user of each name, or none on a target without threads"
    );
    is_consistent(&users);
}

pub(crate) fn a_rename_moves_the_name(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice", "bob"]);
    let rename = |id: &str, name: &str| {
        users.update(&id.into(), |user| {
            user.username = name.into();
            Ok(())
        })
    };
    rename("0", "carol").unwrap();
    assert_eq!((id_of(&users, "alice"), id_of(&users, "Carol")), (None, Some("0".to_owned())));
    rename("1", "Alice").unwrap();
    assert_eq!(id_of(&users, "alice").as_deref(), Some("1"));
    assert_eq!(rename("0", "ALICE").unwrap_err().code(), "UniqueViolation");
    assert_eq!(
        (id_of(&users, "carol").as_deref(), id_of(&users, "alice").as_deref()),
        (Some("0"), Some("1"))
    );
    rename("0", "CAROL").unwrap();
    assert_eq!(id_of(&users, "carol").as_deref(), Some("0"));
    is_consistent(&users);
}

pub(crate) fn a_soft_deleted_user_frees_the_name(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice"]);
    let set_deleted = |id: &str, at: Option<i64>| {
        users.update(&id.into(), |user| {
            user.deleted_at = at;
            Ok(())
        })
    };
    set_deleted("0", Some(2_000)).unwrap();
    assert_eq!(id_of(&users, "alice"), None);
    assert!(users.contains(&"0".into()).unwrap());

    set_deleted("0", None).unwrap();
    assert_eq!(id_of(&users, "alice").as_deref(), Some("0"));

    set_deleted("0", Some(3_000)).unwrap();
    users.insert(&"1".into(), &user("1", "ALICE")).unwrap();
    assert_eq!(set_deleted("0", None).unwrap_err().code(), "UniqueViolation");
    assert_eq!(id_of(&users, "alice").as_deref(), Some("1"));

    users.delete(&"1".into()).unwrap();
    set_deleted("0", None).unwrap();
    assert_eq!(id_of(&users, "alice").as_deref(), Some("0"));
    is_consistent(&users);
}

pub(crate) fn are_found_by_role(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["a", "b", "c"]);
    let set_role = |id: &str, role: Role| {
        let changed = users.update(&id.into(), |user| {
            user.role = role;
            Ok(())
        });
        changed.unwrap();
    };
    let ids = |role: Role| -> Vec<String> {
        let found = users.find_all(&users::ROLE, &role).unwrap();
        found.into_iter().map(|(id, _)| id.into_string()).collect()
    };
    set_role("2", Role::System);
    set_role("1", Role::Dba);
    assert_eq!((ids(Role::User), ids(Role::Dba)), (vec!["0".to_owned()], vec!["1".to_owned()]));
    assert_eq!(ids(Role::Service), Vec::<String>::new());
    set_role("1", Role::User);
    assert_eq!((ids(Role::User).len(), ids(Role::Dba).len()), (2, 0));
    assert_eq!(users.count_by(&users::ROLE, Role::Dba..).unwrap(), 1, "roles are in rising order");
}

pub(crate) fn have_their_id_as_key(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice"]);
    let other = user("2", "bob");
    assert_eq!(users.put(&"1".into(), &other).unwrap_err().code(), "Invalid");
    assert_eq!(users.insert(&"1".into(), &other).unwrap_err().code(), "Invalid");
    let renamed = users.update(&"0".into(), |user| {
        user.user_id = "1".into();
        Ok(())
    });
    assert_eq!(renamed.unwrap_err().code(), "Invalid");
    assert_eq!(users.scan_all().unwrap(), [("0".into(), user("0", "alice"))]);
}

pub(crate) fn have_a_visible_name(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["alice"]);
    for name in
        ["", " ", " bob", "bob\t", "bob\u{A0}", "b\u{200B}ob", "bob\u{FE0F}", "\u{FEFF}bob", "b\u{AD}ob"]
    {
        let refusals = [
            users.insert(&"9".into(), &user("9", name)),
            users.put(&"9".into(), &user("9", name)),
            users.put_many(&[("8".into(), user("8", "bob")), ("9".into(), user("9", name))]),
            users.put(&"9".into(), &User { deleted_at: Some(2_000), ..user("9", name) }),
        ];
        for refused in refusals {
            assert_eq!(refused.unwrap_err().code(), "Invalid", "{name:?}");
        }
        let renamed = users.update(&"0".into(), |user| {
            user.username = name.into();
            Ok(())
        });
        assert_eq!(renamed.unwrap_err().code(), "Invalid", "{name:?}");
    }
    assert_eq!(users.scan_all().unwrap(), [("0".into(), user("0", "alice"))]);
    is_consistent(&users);
}

pub(crate) fn names_are_not_normalized(fixture: &dyn Fixture) {
    let users = users_named(fixture, &["JOS\u{C9}", "JOSE\u{301}", "alice b"]);
    assert_eq!(id_of(&users, "jos\u{E9}").as_deref(), Some("0"));
    assert_eq!(id_of(&users, "jose\u{301}").as_deref(), Some("1"));
    assert_eq!(id_of(&users, "Alice B").as_deref(), Some("2"));
    is_consistent(&users);
}

pub(crate) fn a_refused_change_leaves_nothing_in_its_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    let users = User::store(db.clone());
    users.insert(&"1".into(), &user("1", "alice")).unwrap();
    let before = db.dump();
    let done = db.transaction(|tx| {
        let mut users = users.within(tx);
        let taken = User { role: Role::Dba, ..user("2", "alice") };
        assert_eq!(users.put(&"2".into(), &taken).unwrap_err().code(), "UniqueViolation");
        assert_eq!(users.put(&"3".into(), &taken).unwrap_err().code(), "UniqueViolation");
        assert_eq!(users.put(&"1".into(), &user("4", "bob")).unwrap_err().code(), "Invalid");
        assert_eq!(users.find_by_username("Alice")?.map(|user| user.user_id), Some("1".into()));
        Ok::<_, Error>(())
    });
    done.unwrap();
    assert_eq!(db.dump(), before);
}

pub(crate) fn every_store_of_them_keeps_their_indexes(fixture: &dyn Fixture) {
    let db = fixture.open();
    let users = Users::new(db.clone(), "system_users");
    users.put(&"1".into(), &user("1", "alice")).unwrap();
    assert_eq!(id_of(&User::store(db.clone()), "ALICE").as_deref(), Some("1"));

    let elsewhere = Users::new(db, "archive");
    elsewhere.put(&"1".into(), &user("1", "alice")).unwrap();
    assert_eq!(elsewhere.insert(&"2".into(), &user("2", "Alice")).unwrap_err().code(), "UniqueViolation");
}
