//! redb by hand: the baseline. Begin, open the table, decode an owned entity, for every call.

use std::hint::black_box;
use std::path::Path;

use keyloft::{User, UserId, UserName};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::Peer;

pub(crate) type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// The plain table.
pub(crate) const DATA: Definition = TableDefinition::new("plain");
const INDEXED: Definition = TableDefinition::new("indexed");
const NAMES: Definition = TableDefinition::new("names");

pub(crate) struct Raw {
    pub(crate) database: Database,
}

pub(crate) fn decode(bytes: &[u8]) -> User {
    postcard::from_bytes(bytes).unwrap()
}

pub(crate) fn encode(user: &User) -> Vec<u8> {
    postcard::to_allocvec(user).unwrap()
}

impl Raw {
    pub(crate) fn create(path: &Path) -> Self {
        let raw = Self { database: Database::create(path).unwrap() };
        let write = raw.database.begin_write().unwrap();
        for table in [DATA, INDEXED, NAMES] {
            write.open_table(table).unwrap();
        }
        write.commit().unwrap();
        raw
    }

    /// Whether each is there, without decoding it.
    pub(crate) fn contains(&self, ids: &[UserId]) {
        for id in ids {
            let read = self.database.begin_read().unwrap();
            let table = read.open_table(DATA).unwrap();
            black_box(table.get(id.as_bytes()).unwrap().is_some());
        }
    }

    /// Collects the keys of a prefix and removes them, in one transaction that is not committed: each prefix by itself.
    pub(crate) fn delete_prefixes(&self, prefixes: &[String]) {
        let write = self.database.begin_write().unwrap();
        {
            let mut table = write.open_table(DATA).unwrap();
            for prefix in prefixes {
                let range = table.range::<&[u8]>(prefix.as_bytes()..).unwrap();
                let keys: Vec<Vec<u8>> = range
                    .map(|entry| entry.unwrap().0.value().to_vec())
                    .take_while(|key| key.starts_with(prefix.as_bytes()))
                    .collect();
                for key in &keys {
                    table.remove(key.as_slice()).unwrap();
                }
                black_box(keys.len());
            }
        }
        write.abort().unwrap();
    }
}

impl Peer for Raw {
    fn name(&self) -> &'static str {
        "raw redb"
    }

    fn put(&self, users: Vec<User>) {
        let write = self.database.begin_write().unwrap();
        {
            let mut table = write.open_table(DATA).unwrap();
            for user in &users {
                table.insert(user.user_id.as_bytes(), encode(user).as_slice()).unwrap();
            }
        }
        write.commit().unwrap();
    }

    fn load(&self, users: &mut dyn Iterator<Item = User>) {
        let write = self.database.begin_write().unwrap();
        {
            let mut table = write.open_table(DATA).unwrap();
            for user in users {
                table.insert(user.user_id.as_bytes(), encode(&user).as_slice()).unwrap();
            }
        }
        write.commit().unwrap();
    }

    fn put_indexed(&self, users: Vec<User>) {
        let write = self.database.begin_write().unwrap();
        {
            let mut table = write.open_table(INDEXED).unwrap();
            let mut names = write.open_table(NAMES).unwrap();
            for user in &users {
                let key = user.user_id.as_bytes();
                let name = user.username.as_str().to_lowercase();
                let old =
                    table.get(key).unwrap().map(|old| decode(old.value()).username.as_str().to_lowercase());
                if old.as_ref() != Some(&name) {
                    let holder = names.get(name.as_bytes()).unwrap();
                    assert!(holder.is_none_or(|holder| holder.value() == key), "the name is taken");
                    if let Some(old) = old {
                        names.remove(old.as_bytes()).unwrap();
                    }
                    names.insert(name.as_bytes(), key).unwrap();
                }
                table.insert(key, encode(user).as_slice()).unwrap();
            }
        }
        write.commit().unwrap();
    }

    fn delete(&self, ids: &[UserId]) {
        let write = self.database.begin_write().unwrap();
        {
            let mut table = write.open_table(DATA).unwrap();
            for id in ids {
                table.remove(id.as_bytes()).unwrap();
            }
        }
        write.commit().unwrap();
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            let read = self.database.begin_read().unwrap();
            let table = read.open_table(DATA).unwrap();
            black_box(table.get(id.as_bytes()).unwrap().map(|user| decode(user.value()))).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let read = self.database.begin_read().unwrap();
        let table = read.open_table(DATA).unwrap();
        for id in ids {
            black_box(table.get(id.as_bytes()).unwrap().map(|user| decode(user.value()))).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let read = self.database.begin_read().unwrap();
            let names = read.open_table(NAMES).unwrap();
            let table = read.open_table(INDEXED).unwrap();
            let key = names.get(name.as_bytes()).unwrap().unwrap();
            black_box(table.get(key.value()).unwrap().map(|user| decode(user.value()))).unwrap();
        }
    }

    fn scan(&self) {
        let read = self.database.begin_read().unwrap();
        let table = read.open_table(DATA).unwrap();
        for entry in table.iter().unwrap() {
            black_box(decode(entry.unwrap().1.value()));
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let read = self.database.begin_read().unwrap();
            let table = read.open_table(DATA).unwrap();
            let mut users = Vec::new();
            for entry in table.range::<&[u8]>(prefix.as_bytes()..).unwrap() {
                let (key, value) = entry.unwrap();
                if !key.value().starts_with(prefix.as_bytes()) {
                    break;
                }
                users.push((String::from_utf8(key.value().to_vec()).unwrap(), decode(value.value())));
            }
            black_box(users);
        }
    }

    fn compact(&mut self) {
        self.database.compact().unwrap();
    }
}
