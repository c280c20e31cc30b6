//! The subjects: each engine used as its documentation shows, with the entity in postcard.
//!
//! Every store has two tables of users: a plain one, and one with a unique index on the name. A commit is durable when
//! it returns, in all of them.

mod btree;
mod fjall;
mod keyloft;
mod lmdb;
mod native;
mod raw;
mod sqlite;

use std::path::Path;

use ::keyloft::{User, UserId, UserName};

pub(crate) use self::btree::Btree;
use self::fjall::Fjall;
pub(crate) use self::keyloft::Keyloft;
use self::lmdb::Lmdb;
pub(crate) use self::native::Native;
pub(crate) use self::raw::{DATA, Raw};
use self::raw::{decode, encode};
use self::sqlite::Sqlite;
use crate::measure::{Subject, prepared, timed};

/// An engine with the two tables. Reads hand what they decoded to the optimiser's blind spot.
pub(crate) trait Peer {
    fn name(&self) -> &'static str;
    /// Puts users into the plain table, one by one, and commits.
    fn put(&self, users: Vec<User>);
    /// Puts users into the table with the index, keeping that and its uniqueness, and commits.
    fn put_indexed(&self, users: Vec<User>);
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
            others: vec![
                Box::new(Native::create(&folder.join("native.db"))),
                Box::new(Lmdb::create(&folder.join("lmdb"))),
                Box::new(Fjall::create(&folder.join("fjall"))),
                Box::new(Sqlite::create(&folder.join("sqlite.db"))),
            ],
        }
    }

    /// Raw redb, the baseline, before Keyloft before the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &dyn Peer> {
        let ours: [&dyn Peer; 2] = [&self.raw, &self.keyloft];
        ours.into_iter().chain(self.others.iter().map(|peer| &**peer))
    }

    /// The same users to put for each.
    pub(crate) fn each_with<'a>(
        &'a self,
        users: impl Fn(usize) -> Vec<User> + Copy + 'a,
        work: impl Fn(&dyn Peer, Vec<User>) + Copy + 'a,
    ) -> Vec<Subject<'a>> {
        self.all().map(|peer| prepared(peer.name(), users, move |users| work(peer, users))).collect()
    }

    /// The same work for each.
    pub(crate) fn each<'a>(&'a self, work: impl Fn(&dyn Peer, usize) + Copy + 'a) -> Vec<Subject<'a>> {
        self.all().map(|peer| timed(peer.name(), move |round| work(peer, round))).collect()
    }
}
