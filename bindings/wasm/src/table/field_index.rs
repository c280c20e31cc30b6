//! [`FieldIndex`]: an index on fields of an entity whose shape is known.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::shape::{Payload, Shape};
use keyloft::store::IndexDefinition;

use super::doc::Doc;
use super::key_bytes::{is_absent, present, write_key};
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
    let fields: Vec<Payload<'_>> = fields.iter().map(|name| entity.field(name)).collect::<Option<_>>()?;
    match (fields.as_slice(), value) {
        ([], _) => None,
        ([list], shape) if is_each => {
            for item in present(shape, *list).items() {
                add(key_of(shape, &item)?);
            }
            Some(())
        }
        ([field], shape) => {
            if !is_absent(shape, field) {
                add(key_of(shape, &present(shape, *field))?);
            }
            Some(())
        }
        (fields, KeyShape::Parts(parts)) if parts.len() == fields.len() => {
            let mut out = Vec::new();
            let mut left = fields.len();
            for (part, field) in parts.iter().zip(fields) {
                if is_absent(&part.shape, field) {
                    return Some(());
                }
                left -= 1;
                write_key(&part.shape, &present(&part.shape, *field), left == 0, &mut out)?;
            }
            add(out);
            Some(())
        }
        _ => None,
    }
}

fn key_of(shape: &KeyShape, value: &Payload<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    write_key(shape, value, true, &mut out)?;
    Some(out)
}

impl IndexDefinition<Doc> for FieldIndex {
    defined!(self => self.defined);

    fn values(&self, doc: &Doc, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        // The guard of the table refuses an entity whose values can't be computed.
        let _: Option<()> = self.each(doc.payload(), &mut |value| add(value.into()));
    }
}
