//! [`NamedIndex`]: the name of an index to read.

use std::borrow::Cow;

use keyloft::store::{IndexDefinition, IndexOn};

use super::doc::Doc;

/// The name of an index to read. The schema has its definition.
#[derive(Clone)]
pub(crate) struct NamedIndex {
    pub(super) name: String,
    pub(super) is_unique: bool,
}

impl NamedIndex {
    /// The index of the definition's name.
    pub(super) fn of<V>(index: &impl IndexDefinition<V>) -> Self {
        Self { name: index.name().to_owned(), is_unique: index.is_unique() }
    }
}

impl IndexDefinition<Doc> for NamedIndex {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_unique(&self) -> bool {
        self.is_unique
    }

    fn values(&self, _: &Doc, _: &mut dyn FnMut(Cow<'_, [u8]>)) {}
}

impl IndexOn<Doc, Vec<u8>> for NamedIndex {}
