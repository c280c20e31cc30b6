//! RocksDB from the system's library: a log-structured engine, compacted after the load.

use std::hint::black_box;
use std::path::Path;

use keyloft::{User, UserId, UserName};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBPinnableSlice, DBRawIterator,
    Options, WriteBatch, WriteOptions,
};

use super::{CACHE, Peer, decode, encode};

pub(crate) struct Rocks {
    database: DB,
}

impl Rocks {
    pub(crate) fn create(folder: &Path) -> Self {
        let cache = Cache::new_lru_cache(CACHE).unwrap();
        let table = || {
            let mut blocks = BlockBasedOptions::default();
            blocks.set_block_cache(&cache);
            blocks.set_bloom_filter(10.0, false);
            let mut options = Options::default();
            options.set_block_based_table_factory(&blocks);
            options
        };
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        let tables = ["plain", "indexed", "names"].map(|name| ColumnFamilyDescriptor::new(name, table()));
        Self { database: DB::open_cf_descriptors(&options, folder, tables).unwrap() }
    }

    fn table(&self, name: &str) -> &ColumnFamily {
        self.database.cf_handle(name).unwrap()
    }

    fn value(&self, table: &ColumnFamily, key: impl AsRef<[u8]>) -> Option<DBPinnableSlice<'_>> {
        self.database.get_pinned_cf(table, key).unwrap()
    }

    fn write(&self, fill: impl FnOnce(&mut WriteBatch)) {
        let mut batch = WriteBatch::default();
        fill(&mut batch);
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.database.write_opt(batch, &options).unwrap();
    }
}

impl Peer for Rocks {
    fn name(&self) -> &'static str {
        "RocksDB"
    }

    fn put(&self, users: Vec<User>) {
        let plain = self.table("plain");
        self.write(|batch| {
            users.iter().for_each(|user| batch.put_cf(plain, user.user_id.as_bytes(), encode(user)));
        });
    }

    fn put_indexed(&self, users: Vec<User>) {
        let (indexed, names) = (self.table("indexed"), self.table("names"));
        self.write(|batch| {
            for user in &users {
                let key = user.user_id.as_bytes();
                let name = user.username.as_str().to_lowercase();
                let old = self.value(indexed, key).map(|old| decode(&old).username.as_str().to_lowercase());
                if old.as_ref() != Some(&name) {
                    // The batch does not read its own writes: two equal names in one batch would pass.
                    let holder = self.value(names, &name);
                    assert!(holder.is_none_or(|holder| &*holder == key), "the name is taken");
                    if let Some(old) = old {
                        batch.delete_cf(names, old);
                    }
                    batch.put_cf(names, name, key);
                }
                batch.put_cf(indexed, key, encode(user));
            }
        });
    }

    fn delete(&self, ids: &[UserId]) {
        let plain = self.table("plain");
        self.write(|batch| ids.iter().for_each(|id| batch.delete_cf(plain, id.as_bytes())));
    }

    fn get(&self, ids: &[UserId]) {
        let plain = self.table("plain");
        for id in ids {
            black_box(self.value(plain, id.as_bytes()).map(|user| decode(&user))).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let plain = self.table("plain");
        let snapshot = self.database.snapshot();
        for id in ids {
            let found = snapshot.get_pinned_cf(plain, id.as_bytes()).unwrap();
            black_box(found.map(|user| decode(&user))).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        let (indexed, names) = (self.table("indexed"), self.table("names"));
        for name in usernames {
            let key = self.value(names, name).unwrap();
            black_box(self.value(indexed, key).map(|user| decode(&user))).unwrap();
        }
    }

    fn scan(&self) {
        let mut entries = self.database.raw_iterator_cf(self.table("plain"));
        entries.seek_to_first();
        visit(entries, |_, value| {
            black_box(decode(value));
            true
        });
    }

    fn prefix(&self, prefixes: &[String]) {
        let plain = self.table("plain");
        for prefix in prefixes {
            let mut users = Vec::new();
            let mut entries = self.database.raw_iterator_cf(plain);
            entries.seek(prefix);
            visit(entries, |key, value| {
                let within = key.starts_with(prefix.as_bytes());
                if within {
                    users.push((String::from_utf8(key.to_vec()).unwrap(), decode(value)));
                }
                within
            });
            black_box(users);
        }
    }

    fn settle(&self) {
        for name in ["plain", "indexed", "names"] {
            self.database.flush_cf(self.table(name)).unwrap();
            self.database.compact_range_cf::<&[u8], &[u8]>(self.table(name), None, None);
        }
    }
}

/// Hands out entries from where the iterator stands, until `each` wants no more.
fn visit(mut entries: DBRawIterator<'_>, mut each: impl FnMut(&[u8], &[u8]) -> bool) {
    while let Some((key, value)) = entries.item() {
        if !each(key, value) {
            return;
        }
        entries.next();
    }
    entries.status().unwrap();
}
