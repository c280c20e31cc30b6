//! [`FieldIndex`]: an index on fields of an entity whose shape is known.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::shape::Shape;
use keyloft::store::IndexDefinition;

use super::doc::Doc;
use super::key_bytes::{is_absent, part_of, present, write_key};
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
        let DefinedIndex { fields, value, is_each, .. } = &self.defined;
        values(&self.shape, fields, value, *is_each, payload, add)
    }
}

/// Passes the values that these fields of the entity have as keys of this shape to `add`. Returns `None` if they can't be
/// computed here.
pub(super) fn values(
    entity: &Shape,
    fields: &[String],
    value: &KeyShape,
    is_each: bool,
    payload: &[u8],
    add: &mut dyn FnMut(Vec<u8>),
) -> Option<()> {
    let entity = entity.read(payload).ok()?;
    if let ([list], true) = (fields, is_each) {
        for item in present(value, entity.field(list)?).items() {
            let mut key = Vec::new();
            write_key(value, &item, true, &mut key)?;
            add(key);
        }
        return Some(());
    }
    let mut key = Vec::new();
    let mut is_indexed = true;
    for (place, name) in fields.iter().enumerate() {
        let shape = part_of(value, fields, place)?;
        let field = entity.field(name)?;
        is_indexed &= !is_absent(shape, &field);
        if is_indexed {
            write_key(shape, &present(shape, field), place + 1 == fields.len(), &mut key)?;
        }
    }
    // An index without fields is by a function.
    fields.first()?;
    if is_indexed {
        add(key);
    }
    Some(())
}

impl IndexDefinition<Doc> for FieldIndex {
    defined!(self => self.defined);

    fn values(&self, doc: &Doc, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        // The guard of the table refuses an entity whose values can't be computed.
        let _: Option<()> = self.each(doc.payload(), &mut |value| add(value.into()));
    }
}
