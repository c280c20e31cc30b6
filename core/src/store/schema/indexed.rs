//! [`Schema::values_in`]: the values of an entity in an index.

use alloc::vec::Vec;

use super::Schema;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::index::{IndexOn, Values};

impl<K, V: 'static> Schema<K, V> {
    /// Returns the values that the entity has in the index, in their order.
    ///
    /// ```
    /// use keyloft::prelude::*;
    ///
    /// const TAG: Index<Vec<String>, String> = Index::each("tag", |tags, add| tags.iter().for_each(|tag| add(tag.clone())));
    ///
    /// let notes = Schema::<u32, Vec<String>>::new("notes").index(TAG);
    /// let tags = vec!["shop".to_owned(), "food".to_owned(), "shop".to_owned()];
    /// assert_eq!(notes.values_in(&TAG, &tags)?, ["food", "shop"]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`](crate::ErrorKind::UnknownIndex) if the schema does not have the index.
    pub fn values_in<I: StorageKey>(&self, index: &impl IndexOn<V, I>, entity: &V) -> Result<Vec<I>> {
        let index = self.layout.find_index(index)?;
        let mut values = Vec::new();
        for value in Values::of(&*index.definition, entity).as_slice() {
            values.push(I::decode(value)?);
        }
        Ok(values)
    }
}
