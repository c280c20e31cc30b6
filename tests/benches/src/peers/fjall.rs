//! fjall: a log-structured engine, compacted after the load.

use std::hint::black_box;
use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable};
use keyloft::{User, UserId, UserName};

use super::{CACHE, Peer, decode, encode};

pub(crate) struct Fjall {
    database: Database,
    plain: Keyspace,
    indexed: Keyspace,
    names: Keyspace,
}

impl Fjall {
    pub(crate) fn create(folder: &Path) -> Self {
        let database = Database::builder(folder).cache_size(CACHE as u64).open().unwrap();
        let keyspace = |name| database.keyspace(name, KeyspaceCreateOptions::default).unwrap();
        let (plain, indexed, names) = (keyspace("plain"), keyspace("indexed"), keyspace("names"));
        Self { database, plain, indexed, names }
    }
}

impl Peer for Fjall {
    fn name(&self) -> &'static str {
        "fjall"
    }

    fn put(&self, users: Vec<User>) {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        for user in &users {
            batch.insert(&self.plain, user.user_id.as_bytes(), encode(user));
        }
        batch.commit().unwrap();
    }

    fn put_indexed(&self, users: Vec<User>) {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        for user in &users {
            let key = user.user_id.as_bytes();
            let name = user.username.as_str().to_lowercase();
            let old = self.indexed.get(key).unwrap().map(|old| decode(&old).username.as_str().to_lowercase());
            if old.as_ref() != Some(&name) {
                // The batch does not read its own writes: two equal names in one batch would pass.
                let holder = self.names.get(name.as_bytes()).unwrap();
                assert!(holder.is_none_or(|holder| &*holder == key), "the name is taken");
                if let Some(old) = old {
                    batch.remove(&self.names, old.as_bytes());
                }
                batch.insert(&self.names, name.as_bytes(), key);
            }
            batch.insert(&self.indexed, key, encode(user));
        }
        batch.commit().unwrap();
    }

    fn delete(&self, ids: &[UserId]) {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        ids.iter().for_each(|id| batch.remove(&self.plain, id.as_bytes()));
        batch.commit().unwrap();
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            black_box(self.plain.get(id.as_bytes()).unwrap().map(|user| decode(&user))).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let snapshot = self.database.snapshot();
        for id in ids {
            black_box(snapshot.get(&self.plain, id.as_bytes()).unwrap().map(|user| decode(&user))).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let snapshot = self.database.snapshot();
            let key = snapshot.get(&self.names, name.as_bytes()).unwrap().unwrap();
            black_box(snapshot.get(&self.indexed, &key).unwrap().map(|user| decode(&user))).unwrap();
        }
    }

    fn scan(&self) {
        for entry in self.plain.iter() {
            black_box(decode(&entry.value().unwrap()));
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let mut users = Vec::new();
            for entry in self.plain.prefix(prefix) {
                let (key, value) = entry.into_inner().unwrap();
                users.push((String::from_utf8(key.to_vec()).unwrap(), decode(&value)));
            }
            black_box(users);
        }
    }

    fn settle(&self) {
        for keyspace in [&self.plain, &self.indexed, &self.names] {
            keyspace.rotate_memtable_and_wait().unwrap();
            keyspace.major_compact().unwrap();
        }
    }
}
