//! LMDB through heed.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use heed::types::Bytes;
use heed::{CommitOrAbort, Database, Env, EnvOpenOptions, RoTxn};
use keyloft::{User, UserId, UserName};

use super::{Peer, decode, encode};

type Table = Database<'static, Bytes, Bytes>;

pub(crate) struct Lmdb {
    env: &'static Env,
    plain: Table,
    indexed: Table,
    names: Table,
}

impl Lmdb {
    pub(crate) fn create(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        // SAFETY: the folder is new, and nothing else has the file open.
        let env = unsafe { EnvOpenOptions::new().map_size(8 << 30).max_dbs(3).open(folder).unwrap() };
        // heed's databases borrow the environment: it is kept until the program ends.
        let env: &'static Env = Box::leak(Box::new(env));
        let table = |name| -> Table {
            let created = env.create_databases_and_commit(env.write_txn().unwrap(), |opener, write| {
                opener.create_database(write, Some(name)).map(CommitOrAbort::<_, ()>::Commit)
            });
            created.unwrap().unwrap_commit()
        };
        let (plain, indexed, names) = (table("plain"), table("indexed"), table("names"));
        Self { env, plain, indexed, names }
    }

    fn get_in(&self, read: &RoTxn<'_>, id: &UserId) {
        black_box(self.plain.get(read, id.as_bytes()).unwrap().map(decode)).unwrap();
    }
}

impl Peer for Lmdb {
    fn name(&self) -> &'static str {
        "heed (LMDB)"
    }

    fn put(&self, users: Vec<User>) {
        let mut write = self.env.write_txn().unwrap();
        for user in &users {
            self.plain.put(&mut write, user.user_id.as_bytes(), &encode(user)).unwrap();
        }
        write.commit().unwrap();
    }

    fn put_indexed(&self, users: Vec<User>) {
        let mut write = self.env.write_txn().unwrap();
        for user in &users {
            let key = user.user_id.as_bytes();
            let name = user.username.as_str().to_lowercase();
            let old = self.indexed.get(&write, key).unwrap();
            let old = old.map(|old| decode(old).username.as_str().to_lowercase());
            if old.as_ref() != Some(&name) {
                let holder = self.names.get(&write, name.as_bytes()).unwrap();
                assert!(holder.is_none_or(|holder| holder == key), "the name is taken");
                if let Some(old) = old {
                    self.names.delete(&mut write, old.as_bytes()).unwrap();
                }
                self.names.put(&mut write, name.as_bytes(), key).unwrap();
            }
            self.indexed.put(&mut write, key, &encode(user)).unwrap();
        }
        write.commit().unwrap();
    }

    fn delete(&self, ids: &[UserId]) {
        let mut write = self.env.write_txn().unwrap();
        for id in ids {
            self.plain.delete(&mut write, id.as_bytes()).unwrap();
        }
        write.commit().unwrap();
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            self.get_in(&self.env.read_txn().unwrap(), id);
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let read = self.env.read_txn().unwrap();
        for id in ids {
            self.get_in(&read, id);
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let read = self.env.read_txn().unwrap();
            let key = self.names.get(&read, name.as_bytes()).unwrap().unwrap();
            black_box(self.indexed.get(&read, key).unwrap().map(decode)).unwrap();
        }
    }

    fn scan(&self) {
        let read = self.env.read_txn().unwrap();
        for entry in self.plain.iter(&read).unwrap() {
            black_box(decode(entry.unwrap().1));
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let read = self.env.read_txn().unwrap();
            let mut users = Vec::new();
            for entry in self.plain.prefix_iter(&read, prefix.as_bytes()).unwrap() {
                let (key, value) = entry.unwrap();
                users.push((String::from_utf8(key.to_vec()).unwrap(), decode(value)));
            }
            black_box(users);
        }
    }
}
