//! The subjects: each engine used as its documentation shows, with the entity in postcard.
//!
//! Every store has two tables of users: a plain one, and one with a unique index on the name. A commit is durable when
//! it returns, in all of them but sled.

mod btree;
mod fjall;
mod keyloft;
mod lmdb;
mod native;
mod ordered;
mod raw;
#[cfg(feature = "rocksdb")]
mod rocks;
mod sled;
mod sqlite;

use std::path::Path;

use ::keyloft::{User, UserId, UserName};
use keyloft_redb::RedbBackend;

pub(crate) use self::btree::Btree;
pub(crate) use self::fjall::Fjall;
pub(crate) use self::keyloft::Keyloft;
use self::lmdb::Lmdb;
pub(crate) use self::native::Native;
pub(crate) use self::ordered::{Imbl, Ordered, SkipList};
pub(crate) use self::raw::{DATA, Raw};
use self::raw::{decode, encode};
use self::sled::Sled;
use self::sqlite::Sqlite;
use crate::measure::{Subject, prepared, timed};

/// How much memory an engine may keep of what it has read: what redb takes if nothing is said.
pub(crate) const CACHE: usize = 1 << 30;

/// How many users a commit of a load has, if the engine has no other way.
const LOAD_BATCH: usize = 10_000;

/// An engine that keeps files.
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    /// What its file or folder is called.
    pub(crate) file: &'static str,
    /// Creates or opens it.
    pub(crate) create: fn(&Path) -> Box<dyn Peer>,
}

/// The baseline, Keyloft, the others.
pub(crate) const ENGINES: &[Engine] = &[
    Engine { name: "raw redb", file: "raw.redb", create: |path| Box::new(Raw::create(path)) },
    Engine { name: "keyloft", file: "keyloft.redb", create: |path| Box::new(Keyloft::create(path)) },
    Engine { name: "native_db", file: "native.db", create: |path| Box::new(Native::create(path)) },
    Engine { name: "heed (LMDB)", file: "lmdb", create: |path| Box::new(Lmdb::create(path)) },
    Engine { name: "fjall", file: "fjall", create: |path| Box::new(Fjall::create(path)) },
    Engine { name: "rusqlite", file: "sqlite.db", create: |path| Box::new(Sqlite::create(path)) },
    Engine { name: "sled", file: "sled", create: |path| Box::new(Sled::create(path)) },
    #[cfg(feature = "rocksdb")]
    Engine { name: "RocksDB", file: "rocksdb", create: |path| Box::new(rocks::Rocks::create(path)) },
];

/// Keyloft with little memory.
pub(crate) const SMALL_CACHE: Engine = Engine {
    name: "keyloft, cache of 64 MB",
    file: "small.redb",
    create: |path| Box::new(Keyloft::with(path, RedbBackend::options().cache_bytes(64_000_000))),
};

/// An engine with the two tables. Reads hand what they decoded to the optimiser's blind spot.
pub(crate) trait Peer {
    fn name(&self) -> &'static str;
    /// Puts users into the plain table, one by one, and commits.
    fn put(&self, users: Vec<User>);
    /// Puts many users, which come in the order of their keys, into the plain table, as the engine does that best.
    fn load(&self, users: &mut dyn Iterator<Item = User>) {
        loop {
            let batch: Vec<User> = users.take(LOAD_BATCH).collect();
            if batch.is_empty() {
                return self.settle();
            }
            self.put(batch);
        }
    }
    /// Puts users into the table with the index, keeping that and its uniqueness, and commits.
    fn put_indexed(&self, users: Vec<User>);
    /// Deletes these from the plain table, and commits.
    fn delete(&self, ids: &[UserId]);
    /// Reads these, each in a call of its own.
    fn get(&self, ids: &[UserId]);
    /// Reads these on one view of the data that is held.
    fn get_held(&self, ids: &[UserId]);
    /// Finds users by their names, each in a call of its own.
    fn find(&self, usernames: &[UserName]);
    /// Reads the whole plain table, a user at a time.
    fn scan(&self);
    /// Collects the keys and the users of each prefix.
    fn prefix(&self, prefixes: &[String]);
    /// Lets the engine finish what it does in the background.
    fn settle(&self) {}
    /// Gives back what space the engine can without a copy of the database.
    fn compact(&mut self) {
        self.settle();
    }
}

/// Every engine that keeps files.
pub(crate) struct Peers {
    pub(crate) raw: Raw,
    pub(crate) keyloft: Keyloft,
    others: Vec<Box<dyn Peer>>,
}

impl Peers {
    /// All of them, empty, with files of their own in the folder.
    pub(crate) fn create(folder: &Path) -> Self {
        Self {
            raw: Raw::create(&folder.join("raw.redb")),
            keyloft: Keyloft::create(&folder.join("keyloft.redb")),
            others: ENGINES[2..].iter().map(|engine| (engine.create)(&folder.join(engine.file))).collect(),
        }
    }

    /// Raw redb, the baseline, before Keyloft before the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &dyn Peer> {
        let ours: [&dyn Peer; 2] = [&self.raw, &self.keyloft];
        ours.into_iter().chain(self.others.iter().map(|peer| &**peer))
    }

    /// Creates a subject for each peer. All put these users.
    pub(crate) fn each_with<'a>(
        &'a self,
        users: impl Fn(usize) -> Vec<User> + Copy + 'a,
        work: impl Fn(&dyn Peer, Vec<User>) + Copy + 'a,
    ) -> Vec<Subject<'a>> {
        self.all().map(|peer| prepared(peer.name(), users, move |users| work(peer, users))).collect()
    }

    /// Creates a subject for each peer. All do this work.
    pub(crate) fn each<'a>(&'a self, work: impl Fn(&dyn Peer, usize) + Copy + 'a) -> Vec<Subject<'a>> {
        self.all().map(|peer| timed(peer.name(), move |round| work(peer, round))).collect()
    }
}
