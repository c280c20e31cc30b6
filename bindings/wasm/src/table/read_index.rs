//! [`ReadIndex`]: an index as the catalog has it, to read.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::store::IndexDefinition;

use super::doc::Doc;

/// An index as the catalog has it, for a schema that only reads.
pub(super) struct ReadIndex(pub(super) DefinedIndex);

/// The methods of an index that is defined by data.
macro_rules! defined {
    ($self:ident => $defined:expr) => {
        fn name(&$self) -> &str {
            &$defined.name
        }

        fn is_unique(&$self) -> bool {
            $defined.is_unique
        }

        fn is_each(&$self) -> bool {
            $defined.is_each
        }

        fn fields(&$self) -> Vec<&str> {
            $defined.fields.iter().map(String::as_str).collect()
        }

        fn revision(&$self) -> u32 {
            $defined.revision
        }

        fn value_shape(&$self) -> KeyShape {
            $defined.value.clone()
        }
    };
}
pub(super) use defined;

impl IndexDefinition<Doc> for ReadIndex {
    defined!(self => self.0);

    fn values(&self, _: &Doc, _: &mut dyn FnMut(Cow<'_, [u8]>)) {}

    /// Accepts every entry: the entity is not decoded.
    fn has(&self, _: &Doc, _: &[u8]) -> bool {
        true
    }
}
