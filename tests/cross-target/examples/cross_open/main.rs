//! The native half of the test that opens one database file natively and in a browser.
//!
//! `cross_open write FILE` makes the file that the browser opens, and `cross_open check FILE` reads the file that the browser
//! wrote. Both print the digest of all keys and values. `cross_open hold FILE` has the file open until its standard input
//! ends, and prints `open`, or the code of the error. The other half is `bindings/wasm/tests/cross-open`.

// A test reports a failure by a panic.
#![allow(clippy::unwrap_used, clippy::panic)]

mod typed;

use std::env;
use std::io::{self, Read as _};
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::tables::system::{Namespace, User};
use keyloft::transfer;
use keyloft_redb::RedbBackend;

use typed::Typed;

const NOW: i64 = 1_795_392_000_000;

/// A collection in JavaScript, with two indexes.
type Notes = Table<(String, i64), Row>;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let backend = match args.as_slice() {
        ["write", file] => {
            let backend = RedbBackend::create_new(file).unwrap();
            write(&Stores::of(&backend));
            backend
        }
        ["check", file] => {
            let backend = RedbBackend::options().check_on_open(true).open(file).unwrap();
            check(&Stores::of(&backend));
            backend
        }
        ["hold", file] => return hold(file),
        _ => panic!("usage: cross_open write|check|hold FILE"),
    };
    println!("{}", transfer::digest(&backend).unwrap());
    backend.close().unwrap();
}

fn hold(file: &str) {
    match RedbBackend::open(file) {
        Ok(_backend) => {
            println!("open");
            io::stdin().read_to_end(&mut Vec::new()).unwrap();
        }
        Err(error) => println!("{}", error.code()),
    }
}

struct Stores {
    system: SystemTables,
    notes: Notes,
    own: UserTableStore,
    shared: SharedTableStore,
    stream: StreamTableStore,
    typed: Typed,
}

impl Stores {
    fn of(backend: &RedbBackend) -> Self {
        let backend: Arc<dyn StorageBackend> = Arc::new(backend.clone());
        // The columns are named, as a collection in JavaScript names them.
        let title = |row: &Row| Some(row.get("title")?.as_text()?.to_owned());
        let by_title = UniqueIndex::<Row, String>::new("title", title).on(&["title"]);
        let by_rank = Index::<Row, i64>::new("rank", |row| row.get("rank")?.as_int()).on(&["rank"]);
        let table = |name: &str| TableId::from_strings("app", name);
        Self {
            system: SystemTables::new(backend.clone()),
            notes: Notes::with_schema(backend.clone(), Schema::new("notes").index(by_title).index(by_rank)),
            own: UserTableStore::new(backend.clone(), &table("own")),
            shared: SharedTableStore::new(backend.clone(), &table("shared"), TableAccess::Public),
            typed: Typed::of(backend.clone()),
            stream: StreamTableStore::new(backend, &table("stream"), TableAccess::Public, Arc::new(|| NOW)),
        }
    }
}

fn write(stores: &Stores) {
    let user = User { email: Some("alice@example.org".into()), ..User::new("1", "Alice", Role::Dba, NOW) };
    stores.system.users.insert(&"1".into(), &user).unwrap();
    stores.system.namespaces.put(&"app".into(), &Namespace::new("app", NOW)).unwrap();
    for number in 0..500 {
        let row = Row::new()
            .with("title", format!("note {number}"))
            .with("rank", number % 7)
            .with("weight", 0.5)
            .with("tags", Value::list(["a", "ß"]));
        stores.notes.put(&("alice".into(), number), &row).unwrap();
    }
    let milk = || Row::new().with("text", "milk").with("bytes", vec![0_u8, 255]);
    stores.own.put(&UserRowId::new("a:b".into(), "1"), &UserTableRow::new(milk(), NOW)).unwrap();
    stores.shared.put(&"1".into(), &SharedTableRow::new(milk(), NOW)).unwrap();
    stores.stream.put(&"1".into(), &StreamTableRow::lasting(milk(), NOW)).unwrap();
    stores.typed.write();
}

/// Checks the file that the browser wrote.
fn check(stores: &Stores) {
    let Stores { system, notes, own, shared, stream, typed } = stores;
    typed.check();
    assert_eq!(system.users.verify().unwrap(), []);
    assert_eq!(system.namespaces.verify().unwrap(), []);
    assert_eq!(notes.verify().unwrap(), []);
    assert_eq!(own.verify().unwrap(), []);
    assert_eq!(shared.verify().unwrap(), []);
    assert_eq!(stream.verify().unwrap(), []);

    let bobby = system.users.find_by_username("BOBBY").unwrap().unwrap();
    assert_eq!((bobby.user_id.as_str(), bobby.created_at), ("2", NOW + 1));
    assert_eq!(system.users.count().unwrap(), 2);

    assert_eq!(notes.count().unwrap(), 500);
    assert_eq!(notes.get(&("alice".into(), 3)).unwrap(), None);
    let changed = notes.get(&("alice".into(), 4)).unwrap().unwrap();
    assert_eq!(changed.get("rank").unwrap().as_int(), Some(-9));
    let new = Row::new()
        .with("title", "tea")
        .with("rank", i64::MIN)
        .with("weight", -0.25)
        .with("when", Value::Timestamp(NOW))
        .with(
            "more",
            Value::map([("deep", Value::list([Value::Null, Value::Bool(true), Value::Bytes(vec![1])]))]),
        );
    assert_eq!(notes.get(&("bob:1".into(), -1)).unwrap().unwrap(), new);

    let row = own.get(&UserRowId::new("a:b".into(), "2")).unwrap().unwrap();
    assert_eq!(row, UserTableRow::new(Row::new().with("text", "bread"), NOW + 2));
    assert_eq!(shared.get(&"1".into()).unwrap(), None, "it is marked as deleted");
    assert_eq!(shared.include_deleted().count().unwrap(), 1);
    assert_eq!(stream.count().unwrap(), 2);
}
