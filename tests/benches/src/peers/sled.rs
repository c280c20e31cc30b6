//! sled: a tree of its own kind, flushed at each commit. Its flush asks the system to write, not the disk to keep.

use std::hint::black_box;
use std::path::Path;

use keyloft::{User, UserId, UserName};
use sled::transaction::{ConflictableTransactionResult, Transactional};
use sled::{Batch, Db, Tree};

use super::{Peer, decode, encode};

pub(crate) struct Sled {
    database: Db,
    plain: Tree,
    indexed: Tree,
    names: Tree,
}

impl Sled {
    pub(crate) fn create(folder: &Path) -> Self {
        let database = sled::open(folder).unwrap();
        let tree = |name| database.open_tree(name).unwrap();
        let (plain, indexed, names) = (tree("plain"), tree("indexed"), tree("names"));
        Self { database, plain, indexed, names }
    }

    fn apply(&self, fill: impl FnOnce(&mut Batch)) {
        let mut batch = Batch::default();
        fill(&mut batch);
        self.plain.apply_batch(batch).unwrap();
        self.database.flush().unwrap();
    }
}

impl Peer for Sled {
    fn name(&self) -> &'static str {
        "sled"
    }

    fn put(&self, users: Vec<User>) {
        self.apply(|batch| users.iter().for_each(|user| batch.insert(user.user_id.as_bytes(), encode(user))));
    }

    fn put_indexed(&self, users: Vec<User>) {
        let done = (&self.indexed, &self.names).transaction(|(indexed, names)| {
            for user in &users {
                let key = user.user_id.as_bytes();
                let name = user.username.as_str().to_lowercase();
                let old = indexed.get(key)?.map(|old| decode(&old).username.as_str().to_lowercase());
                if old.as_ref() != Some(&name) {
                    let holder = names.get(name.as_bytes())?;
                    assert!(holder.is_none_or(|holder| &*holder == key), "the name is taken");
                    if let Some(old) = old {
                        names.remove(old.as_bytes())?;
                    }
                    names.insert(name.as_bytes(), key)?;
                }
                indexed.insert(key, encode(user))?;
            }
            ConflictableTransactionResult::<(), ()>::Ok(())
        });
        done.unwrap();
        self.database.flush().unwrap();
    }

    fn delete(&self, ids: &[UserId]) {
        self.apply(|batch| ids.iter().for_each(|id| batch.remove(id.as_bytes())));
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            black_box(self.plain.get(id.as_bytes()).unwrap().map(|user| decode(&user))).unwrap();
        }
    }

    /// It has no snapshots.
    fn get_held(&self, ids: &[UserId]) {
        self.get(ids);
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let key = self.names.get(name.as_bytes()).unwrap().unwrap();
            black_box(self.indexed.get(key).unwrap().map(|user| decode(&user))).unwrap();
        }
    }

    fn scan(&self) {
        for entry in self.plain.iter() {
            black_box(decode(&entry.unwrap().1));
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let entries = self.plain.scan_prefix(prefix).map(|entry| {
                let (key, value) = entry.unwrap();
                (String::from_utf8(key.to_vec()).unwrap(), decode(&value))
            });
            black_box(entries.collect::<Vec<_>>());
        }
    }
}
