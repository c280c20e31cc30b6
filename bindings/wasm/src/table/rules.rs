//! [`Rules`]: what the tables are not alike in.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::{Change, Hidden, IndexDefinition};
use keyloft::{Partition, Read, Result, StorageBackend, Transaction};

use super::doc::{Doc, Entity};
use super::docs::Docs;
use super::rights::Rights;
use super::{Action, no_action};
use crate::failure::{self, Failure};
use crate::raw::Raw;
use crate::wire::{Request, Response};

/// What the tables are not alike in.
pub(super) trait Rules {
    /// What a payload says, as far as the table's indexes and checks ask for it; an error if it says nothing.
    fn decode(&self, payload: &[u8]) -> Result<Entity>;

    /// What is wrong with a stored entity that `decode` has not found, because it looks at a part.
    fn verify(&self, stored: &[u8]) -> Result<()> {
        let _ = stored;
        Ok(())
    }

    /// Refuses bytes that are no key of the table.
    fn check_key(&self, key: &[u8]) -> Result<()>;

    /// The entity to store instead of the one that was given, if the table makes another of it.
    fn completed(&self, reader: &dyn Read, change: &Change<'_, Vec<u8>, Doc>) -> Result<Option<Doc>> {
        let _ = (reader, change);
        Ok(None)
    }

    /// Decides on a change before it is written.
    fn check(&self, tx: &mut dyn Transaction, change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
        let _ = (tx, change);
        Ok(())
    }

    /// What hides entities from reads; with `deleted_too`, what hides those that are not marked as deleted.
    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        let _ = deleted_too;
        None
    }

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

    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (docs, tx, action, out);
        Err(no_action())
    }
}

/// An index of a table, whatever its entities are.
pub(super) struct DocIndex {
    pub(super) name: String,
    pub(super) unique: bool,
    /// Whether JavaScript may read it.
    pub(super) open: bool,
    pub(super) value: Box<dyn IndexValue>,
}

/// What is indexed of a document.
pub(super) trait IndexValue: keyloft::MaybeSend + keyloft::MaybeSync {
    fn of(&self, doc: &Doc) -> Option<Vec<u8>>;
}

impl<F: Fn(&Doc) -> Option<Vec<u8>> + keyloft::MaybeSend + keyloft::MaybeSync> IndexValue for F {
    fn of(&self, doc: &Doc) -> Option<Vec<u8>> {
        self(doc)
    }
}

impl IndexDefinition<Doc> for DocIndex {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_unique(&self) -> bool {
        self.unique
    }

    fn value(&self, doc: &Doc) -> Option<Vec<u8>> {
        self.value.of(doc)
    }
}

/// What a table is made of.
pub(super) struct Parts {
    pub(super) backend: Arc<dyn StorageBackend>,
    pub(super) partition: Partition,
    pub(super) version: u32,
    pub(super) indexes: Vec<DocIndex>,
    /// Whether changes are completed and checked.
    pub(super) checked: bool,
    pub(super) rights: Rights,
    pub(super) rules: Rc<dyn Rules>,
}
