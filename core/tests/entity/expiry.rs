//! Entities that expire.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use keyloft::prelude::*;
use keyloft::store::{IndexDefinition as _, Sight};
use keyloft::value::{Envelope, seal_payload};
use serde::{Deserialize, Serialize};

use crate::backend;

/// The time is behind fields that are decoded with it, and one that serde skips.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "sessions", key = u32, version = 2, upgrades = SessionV1)]
struct Session {
    user: String,
    #[serde(skip)]
    cache: u8,
    roles: Vec<u8>,
    #[expires]
    #[serde(rename = "expiresAt")]
    expires_at: Option<i64>,
    #[unique]
    token: String,
}

#[derive(Serialize, Deserialize, Entity)]
struct SessionV1 {
    user: String,
    until: i64,
}

impl From<SessionV1> for Session {
    fn from(SessionV1 { user, until }: SessionV1) -> Self {
        Self { user, cache: 0, roles: vec![], expires_at: Some(until), token: String::new() }
    }
}

fn session(user: &str, expires_at: Option<i64>) -> Session {
    Session { user: user.into(), cache: 0, roles: vec![1, 2, 3], expires_at, token: user.into() }
}

/// Returns the table at a time that the test sets.
fn sessions(backend: &Arc<dyn StorageBackend>) -> (Table<u32, Session>, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(0));
    let clock = {
        let time = time.clone();
        Arc::new(move || time.load(Relaxed))
    };
    (Session::table(backend.clone(), clock), time)
}

#[test]
fn reads_hide_expired_entities_and_an_eviction_deletes_them() {
    let (sessions, time) = sessions(&backend());
    sessions.put(&1, &session("a", Some(10))).unwrap();
    sessions.put(&2, &session("b", Some(20))).unwrap();
    sessions.put(&3, &session("c", None)).unwrap();
    let keys = || sessions.scan_all().unwrap().into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    time.store(9, Relaxed);
    assert_eq!(keys(), [1, 2, 3]);
    time.store(10, Relaxed);
    assert_eq!(keys(), [2, 3]);
    assert!(sessions.get(&1).unwrap().is_none());
    assert!(sessions.find(&Session::TOKEN, "a").unwrap().is_none());
    assert_eq!(sessions.count().unwrap(), 2);
    assert_eq!(sessions.count_by(&Session::EXPIRES, ..).unwrap(), 1);
    let stored = sessions.serialize(&1, &session("a", Some(10))).unwrap();
    let row = Envelope::open(sessions.partition(), &1_u32.encode(), &stored).unwrap();
    assert!(!sessions.schema().is_visible(row, Sight::default()));
    assert!(sessions.schema().is_visible(row, Sight { expired: true, ..Sight::default() }));

    time.store(i64::MAX, Relaxed);
    assert_eq!(sessions.evict_expired(9, usize::MAX).unwrap(), 0);
    assert_eq!(sessions.evict_expired(20, 1).unwrap(), 1);
    assert_eq!(sessions.evict_expired(20, usize::MAX).unwrap(), 1);
    assert_eq!(keys(), [3]);
}

#[test]
fn the_index_of_expiry_names_its_field() {
    assert_eq!(Session::EXPIRES.name(), "expires");
    assert_eq!(Session::EXPIRES.fields(), ["expiresAt"]);
}

#[test]
fn an_older_version_expires() {
    let backend = backend();
    // Version 1: the user `a` until 10.
    store(&*backend, 1, b"\x01a\x14");
    let (sessions, time) = sessions(&backend);
    sessions.reindex().unwrap();
    assert_eq!(sessions.get(&1).unwrap().unwrap().expires_at, Some(10));
    time.store(10, Relaxed);
    assert_eq!(sessions.get(&1).unwrap(), None);
    assert_eq!(sessions.evict_expired(10, usize::MAX).unwrap(), 1);
}

#[test]
fn an_entity_that_can_not_be_decoded_is_reported() {
    let backend = backend();
    let (sessions, _) = sessions(&backend);
    for (version, code) in [(2, "Decode"), (3, "NewerVersion")] {
        store(&*backend, version, b"\x05");
        assert_eq!(sessions.get(&1).unwrap_err().code(), code);
    }
}

/// Stores this payload under the key 1.
fn store(backend: &dyn StorageBackend, version: u32, payload: &[u8]) {
    let (sessions, key, mut stored) = ("sessions".into(), 1_u32.encode(), Vec::new());
    seal_payload(&sessions, &key, version, payload, &mut stored);
    backend.transaction(|tx| tx.put(&sessions, &key, &stored)).unwrap();
}

#[test]
fn a_damaged_row_is_an_error_wherever_it_may_be_hidden() {
    let backend = backend();
    let (sessions, time) = sessions(&backend);
    sessions.put(&1, &session("a", Some(10))).unwrap();
    sessions.put(&2, &session("b", None)).unwrap();
    time.store(10, Relaxed);
    assert_eq!(sessions.count().unwrap(), 1);
    let (table, key) = (sessions.partition(), 1_u32.encode());
    for other in [&b"\x02"[..], b"", &sessions.serialize(&2, &session("b", None)).unwrap()] {
        backend.transaction(|tx| tx.put(table, &key, other)).unwrap();
        let code = if other.len() > 1 { "Corrupted" } else { "Decode" };
        let errors = [
            sessions.get(&1).err(),
            sessions.contains(&1).err(),
            sessions.count().err(),
            sessions.scan_all().err(),
            sessions.get_many(&[2, 1]).err(),
            sessions.select().all().err(),
            sessions.visit(.., |entry| entry.entity().map(|_| ControlFlow::Continue(()))).err(),
            sessions.insert(&1, &session("a", None)).err(),
        ];
        for (place, error) in errors.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some(code), "{place}");
        }
        let page = sessions.page_readable(.., 9, None).unwrap();
        assert_eq!((page.entries.len(), page.skipped.len()), (1, 1));
    }
}
