//! [`UntypedIndex`]: an index of an untyped table.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::UntypedEntity;
use crate::catalog::DefinedIndex;
use crate::key::KeyShape;
use crate::shape::{Node, Shape};
use crate::store::{IndexDefinition, IndexOn};
use crate::tables::row::Row;
use crate::value::decode_payload;

/// An index of an [`UntypedTable`](super::UntypedTable), whose values are bytes.
#[derive(Clone, Debug)]
pub struct UntypedIndex {
    pub(super) defined: DefinedIndex,
    /// The version of the table, which is that of the shape.
    pub(super) version: u32,
    pub(super) shape: Option<Shape>,
}

impl UntypedIndex {
    /// Returns the definition of the index, with the shape of its values.
    pub fn defined(&self) -> &DefinedIndex {
        &self.defined
    }

    /// Passes the values of the entity to `add`. Returns `None` if they can't be computed.
    pub(super) fn each(&self, entity: &UntypedEntity, add: &mut dyn FnMut(Vec<u8>)) -> Option<()> {
        let shape = self.shape.as_ref().filter(|_| entity.version == self.version)?;
        if !matches!(shape.root(), Node::Row) {
            return self.defined.values(shape, &entity.payload, add);
        }
        self.defined.fields.first()?;
        let row: Row = decode_payload(&entity.payload).ok()?;
        self.defined.values_of_row(&row, add);
        Some(())
    }
}

impl IndexDefinition<UntypedEntity> for UntypedIndex {
    fn name(&self) -> &str {
        &self.defined.name
    }

    fn is_unique(&self) -> bool {
        self.defined.is_unique
    }

    fn values(&self, entity: &UntypedEntity, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        // The rules of the table refuse the write of an entity whose values can't be computed.
        let _: Option<()> = self.each(entity, &mut |value| add(value.into()));
    }

    /// Accepts every entry of an entity whose values can't be computed.
    fn has(&self, entity: &UntypedEntity, value: &[u8]) -> bool {
        let mut is_among = false;
        self.each(entity, &mut |own| is_among |= own == value).is_none() || is_among
    }

    fn is_each(&self) -> bool {
        self.defined.is_each
    }

    fn fields(&self) -> Vec<&str> {
        self.defined.fields.iter().map(String::as_str).collect()
    }

    fn revision(&self) -> u32 {
        self.defined.revision
    }

    fn value_shape(&self) -> KeyShape {
        self.defined.value.clone()
    }

    fn describe(&self, value: &[u8]) -> String {
        self.defined.value.describe(value)
    }
}

impl IndexOn<UntypedEntity, Vec<u8>> for UntypedIndex {}
