//! A map of the standard library behind a lock: what there is without a store. It has no snapshots and no
//! transactions.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Bound;
use std::sync::RwLock;

use keyloft::{User, UserId, UserName};

use super::{Peer, decode, encode};

type Map = RwLock<BTreeMap<Vec<u8>, Vec<u8>>>;

#[derive(Default)]
pub(crate) struct Btree {
    plain: Map,
    indexed: Map,
    names: Map,
}

impl Peer for Btree {
    fn name(&self) -> &'static str {
        "RwLock<BTreeMap>"
    }

    fn put(&self, users: Vec<User>) {
        for user in &users {
            let (key, value) = (user.user_id.as_bytes().to_vec(), encode(user));
            self.plain.write().unwrap().insert(key, value);
        }
    }

    fn put_indexed(&self, users: Vec<User>) {
        let mut indexed = self.indexed.write().unwrap();
        let mut names = self.names.write().unwrap();
        for user in &users {
            let key = user.user_id.as_bytes();
            let name = user.username.as_str().to_lowercase();
            let old = indexed.get(key).map(|old| decode(old).username.as_str().to_lowercase());
            if old.as_ref() != Some(&name) {
                assert!(names.get(name.as_bytes()).is_none_or(|holder| holder == key), "the name is taken");
                if let Some(old) = old {
                    names.remove(old.as_bytes());
                }
                names.insert(name.into_bytes(), key.to_vec());
            }
            indexed.insert(key.to_vec(), encode(user));
        }
    }

    fn delete(&self, ids: &[UserId]) {
        let mut plain = self.plain.write().unwrap();
        ids.iter().for_each(|id| drop(plain.remove(id.as_bytes())));
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            black_box(self.plain.read().unwrap().get(id.as_bytes()).map(|user| decode(user))).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let plain = self.plain.read().unwrap();
        for id in ids {
            black_box(plain.get(id.as_bytes()).map(|user| decode(user))).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let key = self.names.read().unwrap().get(name.as_bytes()).cloned().unwrap();
            black_box(self.indexed.read().unwrap().get(&key).map(|user| decode(user))).unwrap();
        }
    }

    fn scan(&self) {
        for user in self.plain.read().unwrap().values() {
            black_box(decode(user));
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let plain = self.plain.read().unwrap();
            let from = (Bound::Included(prefix.as_bytes()), Bound::Unbounded);
            let entries = plain
                .range::<[u8], _>(from)
                .take_while(|(key, _)| key.starts_with(prefix.as_bytes()))
                .map(|(key, user)| (String::from_utf8(key.clone()).unwrap(), decode(user)));
            black_box(entries.collect::<Vec<_>>());
        }
    }
}
