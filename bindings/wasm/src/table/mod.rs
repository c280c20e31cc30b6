//! [`Table`]: what all tables are alike in, whatever their keys and entities.

mod access;
mod bytes;
mod collection;
mod column;
mod definition;
mod doc;
mod docs;
mod open;
mod rights;
mod rows;
mod rules;
mod system;

pub(crate) use access::Access;
pub(crate) use collection::{DEFINITIONS, Keys, define, remove};
use keyloft::store::Hidden;
use keyloft::{Error, Partition, Principal, Read, Result, StorageKey, Transaction};
pub(crate) use open::{Kind, Opened, open, own_name};

use crate::failure::{self, Failure};
use crate::raw::Raw;
use crate::wire::{Request, Response};

/// A table, with its keys and entities as bytes.
pub(crate) trait Table {
    /// Where its entities are.
    fn partition(&self) -> &Partition;

    /// The schema version of its entities; `None` if they are bytes without an envelope.
    fn version(&self) -> Option<u32>;

    /// The names of the indexes that JavaScript may read, and which of them are unique.
    fn indexes(&self) -> &[(String, bool)] {
        &[]
    }

    /// What hides entities from reads; with `deleted_too`, what hides those that are not marked as deleted.
    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        let _ = deleted_too;
        None
    }

    /// What is wrong with a stored entity, if anything is.
    fn verify(&self, stored: &[u8]) -> Result<()>;

    /// Refuses bytes that are no key of the table.
    fn check_key(&self, key: &[u8]) -> Result<()>;

    /// Refuses what the principal may not do.
    fn allow(&self, principal: &Principal, access: Access) -> Result<()>;

    /// Stores the entity of this payload; `anew`, only if the key is not there yet.
    fn put(&self, tx: &mut dyn Transaction, key: &[u8], payload: &[u8], anew: bool) -> Result<()>;

    /// Removes the entity; whether it was there.
    fn delete(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool>;

    /// Answers a question of the table's own.
    fn ask(
        &self,
        raw: &Raw,
        reader: &dyn Read,
        question: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (raw, reader, question, out);
        Err(Failure::argument("this table has no such question"))
    }

    /// Makes a change of the table's own.
    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (tx, action, out);
        Err(no_action())
    }
}

/// A change of a table's own: which, to which entity if it is to one, and what it needs to know besides.
pub(crate) struct Action<'a> {
    pub(crate) code: u8,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) request: Request<'a>,
}

impl Action<'_> {
    fn key(&self) -> failure::Result<&Vec<u8>> {
        self.key.as_ref().ok_or_else(|| Failure::argument("this action needs a key"))
    }
}

fn no_action() -> Failure {
    Failure::argument("this table has no such action")
}

/// The error of an entity that is not there.
pub(crate) fn not_found(table: &dyn Table, key: &[u8]) -> Error {
    Error::NotFound { partition: table.partition().as_str().to_owned(), key: for_people(key) }
}

/// A key as errors show it.
pub(crate) fn for_people(key: &[u8]) -> String {
    key.to_vec().describe()
}
