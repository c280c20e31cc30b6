//! The number of allocations of an operation: those of the entity, and no other.

#![cfg(not(target_family = "wasm"))]
#![allow(unsafe_code, missing_docs, clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::store::Postcard;
use keyloft::tables::system::{AuthType, StorageMode, User};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
use serde::Deserialize;

/// The system's allocator, with a count of this thread's allocations.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

type Users = Table<UserId, User>;

/// The allocations of a user: the id, the name, the password's hash and the mail address.
const ENTITY: usize = 4;
const USERS: usize = 1000;
/// A limit above the allocations of an engine's cursor, and below one for each of its pages.
const CURSOR: usize = 16;

/// A user whose text is borrowed.
#[derive(Deserialize)]
#[allow(dead_code)]
struct UserRef<'a> {
    user_id: &'a str,
    username: &'a str,
    password_hash: &'a str,
    role: Role,
    email: Option<&'a str>,
    auth_type: AuthType,
    auth_data: Option<&'a str>,
    storage_mode: StorageMode,
    storage_id: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
    last_seen: Option<i64>,
    deleted_at: Option<i64>,
}

fn user(number: usize) -> User {
    User {
        password_hash: "$argon2id$".into(),
        email: Some("user@mail.example".into()),
        ..User::new(format!("{number:06}"), format!("name-{number}"), Role::User, 7)
    }
}

fn filled(backend: Arc<dyn StorageBackend>) -> Users {
    let store = Users::with_schema(backend, Schema::new("users"));
    let users: Vec<(UserId, User)> = (0..USERS).map(user).map(|user| (user.user_id.clone(), user)).collect();
    store.put_many(&users).unwrap();
    store
}

fn on_both() -> [(&'static str, Users); 2] {
    [
        ("memory", filled(Arc::new(MemoryBackend::new()))),
        ("redb", filled(Arc::new(RedbBackend::in_memory().unwrap()))),
    ]
}

/// Returns the allocations of the second call. The first call opens tables and fills caches.
fn count(mut call: impl FnMut()) -> usize {
    call();
    let before = COUNT.get();
    call();
    COUNT.get() - before
}

#[test]
fn a_get_allocates_its_entity() {
    let key = UserId::new("000500");
    for (backend, store) in on_both() {
        let one_call = count(|| drop(black_box(store.get(&key).unwrap()).unwrap()));
        let snapshot = store.backend().snapshot().unwrap();
        let handle = store.at(&snapshot);
        let held = count(|| drop(black_box(handle.get(&key).unwrap()).unwrap()));
        assert_eq!((one_call, held), (ENTITY, ENTITY), "{backend}");
    }
}

#[test]
fn contains_allocates_nothing() {
    let (there, missing) = (UserId::new("000500"), UserId::new("x"));
    for (backend, store) in on_both() {
        let allocations = count(|| {
            assert!(store.contains(&there).unwrap() && !store.contains(&missing).unwrap());
        });
        assert_eq!(allocations, 0, "{backend}");
    }
}

#[test]
fn a_scan_allocates_its_entities() {
    for (backend, store) in on_both() {
        let owned = count(|| {
            let visited = store.visit(.., |entry| {
                black_box(entry.entity()?);
                Ok(ControlFlow::Continue(()))
            });
            visited.unwrap();
        });
        let borrowed = count(|| {
            let visited = store.visit(.., |entry| {
                black_box(entry.view::<UserRef<'_>>()?);
                Ok(ControlFlow::Continue(()))
            });
            visited.unwrap();
        });
        assert!((USERS * ENTITY..USERS * ENTITY + CURSOR).contains(&owned), "{owned} on {backend}");
        assert!(borrowed < CURSOR, "{borrowed} on {backend}");
    }
}

/// A table with an index of each kind: the number changes, and the name and the group stay.
type Entry = (u32, String, String);

const NAME: UniqueIndex<Entry, String> = UniqueIndex::new("name", |entry| Some(entry.1.clone()));
const NUMBER: Index<Entry, u32> = Index::new("number", |entry| Some(entry.0));
const GROUP: Index<Entry, String> = Index::new("group", |entry| Some(entry.2.clone()));

#[test]
fn an_index_costs_a_few_allocations_for_each_changed_value() {
    let backend = Arc::new(MemoryBackend::new());
    // A schema that is not checked: with debug assertions, `Schema::new` reads each entity back.
    let plain = Table::<u32, Entry>::with_schema(backend.clone(), Schema::with_codec("plain", Postcard));
    let schema = Schema::with_codec("indexed", Postcard).index(NAME).index(NUMBER).index(GROUP);
    let indexed = Table::<u32, Entry>::with_schema(backend, schema);
    let entry: Entry = (7, "name".into(), "group".into());
    let mut number = 0;
    let of = |table: &Table<u32, Entry>, step: u32, number: &mut u32| {
        count(|| {
            *number += step;
            let set = |entry: &mut Entry| {
                entry.0 = *number;
                Ok(())
            };
            table.update(&1, set).unwrap();
        })
    };
    for table in [&plain, &indexed] {
        table.put(&1, &entry).unwrap();
    }
    let counts = [
        of(&plain, 0, &mut number),
        of(&indexed, 0, &mut number),
        of(&indexed, 1, &mut number),
        count(|| {
            indexed.put(&2, &(1, "a".into(), "b".into())).unwrap();
            indexed.delete(&2).unwrap();
        }),
    ];
    assert!(counts.iter().zip([6, 18, 28, 44]).all(|(count, most)| *count <= most), "{counts:?}");
}
