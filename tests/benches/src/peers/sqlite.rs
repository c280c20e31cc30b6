//! SQLite through rusqlite: a write-ahead log that is synced at each commit, and prepared statements.

use std::hint::black_box;
use std::path::Path;

use keyloft::{User, UserId, UserName};
use rusqlite::{CachedStatement, Connection, Row, params};

use super::{CACHE, Peer, decode, encode};

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS plain (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS indexed (id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, value BLOB NOT NULL) WITHOUT ROWID;
";

pub(crate) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    pub(crate) fn create(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(TABLES).unwrap();
        // Less than nothing is a number of kibibytes instead of pages.
        connection.pragma_update(None, "cache_size", -((CACHE >> 10) as i64)).unwrap();
        Self { connection }
    }

    fn prepare(&self, sql: &str) -> CachedStatement<'_> {
        self.connection.prepare_cached(sql).unwrap()
    }

    fn write(&self, work: impl FnOnce()) {
        self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        work();
        self.connection.execute_batch("COMMIT").unwrap();
    }
}

fn user_of(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(decode(row.get_ref("value")?.as_blob()?))
}

impl Peer for Sqlite {
    fn name(&self) -> &'static str {
        "rusqlite"
    }

    fn put(&self, users: Vec<User>) {
        self.write(|| {
            let sql = "INSERT INTO plain VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET value = ?2";
            let mut put = self.prepare(sql);
            for user in &users {
                put.execute(params![user.user_id.as_str(), encode(user)]).unwrap();
            }
        });
    }

    fn put_indexed(&self, users: Vec<User>) {
        self.write(|| {
            let sql = "INSERT INTO indexed VALUES (?1, ?2, ?3) \
                       ON CONFLICT (id) DO UPDATE SET username = ?2, value = ?3";
            let mut put = self.prepare(sql);
            for user in &users {
                let name = user.username.as_str().to_lowercase();
                put.execute(params![user.user_id.as_str(), name, encode(user)]).unwrap();
            }
        });
    }

    fn delete(&self, ids: &[UserId]) {
        self.write(|| {
            let mut delete = self.prepare("DELETE FROM plain WHERE id = ?1");
            for id in ids {
                delete.execute([id.as_str()]).unwrap();
            }
        });
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            let mut get = self.prepare("SELECT value FROM plain WHERE id = ?1");
            black_box(get.query_one([id.as_str()], user_of).unwrap());
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        self.connection.execute_batch("BEGIN").unwrap();
        {
            let mut get = self.prepare("SELECT value FROM plain WHERE id = ?1");
            for id in ids {
                black_box(get.query_one([id.as_str()], user_of).unwrap());
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let mut find = self.prepare("SELECT value FROM indexed WHERE username = ?1");
            black_box(find.query_one([name.as_str()], user_of).unwrap());
        }
    }

    fn scan(&self) {
        let mut scan = self.prepare("SELECT value FROM plain ORDER BY id");
        for user in scan.query_map([], user_of).unwrap() {
            black_box(user.unwrap());
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let mut scan = self.prepare("SELECT id, value FROM plain WHERE id >= ?1 AND id < ?2 ORDER BY id");
            // `.` comes after `-`, which ends every prefix.
            let above = prefix.replace('-', ".");
            let entries = scan
                .query_map([prefix, &above], |row| Ok((row.get::<_, String>("id")?, user_of(row)?)))
                .unwrap()
                .map(Result::unwrap);
            black_box(entries.collect::<Vec<_>>());
        }
    }

    fn settle(&self) {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }

    fn compact(&mut self) {
        self.connection.execute_batch("VACUUM").unwrap();
        self.settle();
    }
}
