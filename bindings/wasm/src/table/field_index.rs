//! [`FieldIndex`]: an index on fields of an entity whose shape is known.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::shape::Shape;
use keyloft::store::IndexDefinition;

use super::doc::Doc;
use super::read_index::defined;

/// An index on fields of an entity whose shape is known.
#[derive(Clone)]
pub(super) struct FieldIndex {
    pub(super) defined: DefinedIndex,
    pub(super) shape: Shape,
}

impl FieldIndex {
    /// Passes the values of the entity to `add`. Returns `None` if they can't be computed here.
    pub(super) fn each(&self, payload: &[u8], add: &mut dyn FnMut(Vec<u8>)) -> Option<()> {
        self.defined.values(&self.shape, payload, add)
    }
}

impl IndexDefinition<Doc> for FieldIndex {
    defined!(self => self.defined);

    fn values(&self, doc: &Doc, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        // The guard of the table refuses an entity whose values can't be computed.
        let _: Option<()> = self.each(doc.payload(), &mut |value| add(value.into()));
    }
}
