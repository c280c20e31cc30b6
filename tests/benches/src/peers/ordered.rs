//! Ordered maps of other crates that could stand under the in-memory backend: a persistent tree and a skip list.
//!
//! Both keep keys and values behind `Arc`, as their snapshots or their readers need it.

use std::hint::black_box;
use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, RwLock};

use crossbeam_skiplist::SkipMap;
use imbl::OrdMap;
use keyloft::{User, UserId, UserName};

use super::{Peer, decode, encode};

type Bytes = Arc<[u8]>;

/// A map as a store without transactions. Each call sees one state of it, if the map can do that.
pub(crate) trait Map: Default {
    const NAME: &'static str;
    fn put(&self, key: &[u8], value: &[u8]);
    fn remove(&self, key: &[u8]);
    fn get<T>(&self, key: &[u8], read: impl FnOnce(&[u8]) -> T) -> Option<T>;
    /// Visits the entries from `key` up until the visitor breaks.
    fn scan(&self, key: &[u8], visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>);
}

/// A persistent B+ tree. A reader takes a snapshot by a clone of the root.
pub(crate) type Imbl = RwLock<OrdMap<Bytes, Bytes>>;

impl Map for Imbl {
    const NAME: &'static str = "imbl::OrdMap";

    fn put(&self, key: &[u8], value: &[u8]) {
        self.write().unwrap().insert(key.into(), value.into());
    }

    fn remove(&self, key: &[u8]) {
        self.write().unwrap().remove(key);
    }

    fn get<T>(&self, key: &[u8], read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let snapshot = self.read().unwrap().clone();
        snapshot.get(key).map(|value| read(value))
    }

    fn scan(&self, key: &[u8], mut visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>) {
        let snapshot = self.read().unwrap().clone();
        let mut entries = snapshot.range::<_, [u8]>((Bound::Included(key), Bound::Unbounded));
        let _stopped = entries.try_for_each(|(key, value)| visit(key, value));
    }
}

/// A lock-free skip list. It has no snapshots: a scan sees what other threads write meanwhile.
pub(crate) type SkipList = SkipMap<Bytes, Bytes>;

impl Map for SkipList {
    const NAME: &'static str = "crossbeam SkipMap";

    fn put(&self, key: &[u8], value: &[u8]) {
        self.insert(key.into(), value.into());
    }

    fn remove(&self, key: &[u8]) {
        self.remove(key);
    }

    fn get<T>(&self, key: &[u8], read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.get(key).map(|entry| read(entry.value()))
    }

    fn scan(&self, key: &[u8], mut visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>) {
        let mut entries = self.range::<[u8], _>((Bound::Included(key), Bound::Unbounded));
        let _stopped = entries.try_for_each(|entry| visit(entry.key(), entry.value()));
    }
}

/// The tables of users in such maps.
#[derive(Default)]
pub(crate) struct Ordered<M> {
    plain: M,
    indexed: M,
    names: M,
}

impl<M: Map> Peer for Ordered<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn put(&self, users: Vec<User>) {
        users.iter().for_each(|user| self.plain.put(user.user_id.as_bytes(), &encode(user)));
    }

    fn put_indexed(&self, users: Vec<User>) {
        for user in &users {
            let key = user.user_id.as_bytes();
            let name = user.username.as_str().to_lowercase();
            let old = self.indexed.get(key, |old| decode(old).username.as_str().to_lowercase());
            if old.as_ref() != Some(&name) {
                let is_free = self.names.get(name.as_bytes(), |holder| holder == key);
                assert!(is_free.unwrap_or(true), "the name is taken");
                if let Some(old) = old {
                    self.names.remove(old.as_bytes());
                }
                self.names.put(name.as_bytes(), key);
            }
            self.indexed.put(key, &encode(user));
        }
    }

    fn delete(&self, ids: &[UserId]) {
        ids.iter().for_each(|id| self.plain.remove(id.as_bytes()));
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            black_box(self.plain.get(id.as_bytes(), decode)).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        self.get(ids);
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let key = self.names.get(name.as_bytes(), <[u8]>::to_vec).unwrap();
            black_box(self.indexed.get(&key, decode)).unwrap();
        }
    }

    fn scan(&self) {
        self.plain.scan(b"", |_, user| {
            black_box(decode(user));
            ControlFlow::Continue(())
        });
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let mut users = Vec::new();
            self.plain.scan(prefix.as_bytes(), |key, user| {
                if !key.starts_with(prefix.as_bytes()) {
                    return ControlFlow::Break(());
                }
                users.push((String::from_utf8(key.to_vec()).unwrap(), decode(user)));
                ControlFlow::Continue(())
            });
            black_box(users);
        }
    }
}
