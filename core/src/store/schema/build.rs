//! The building of a [`Schema`]: compiled once for each type of entities, not for each index and rule.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Complete, Guard, Layout, Schema, Visibility};
use crate::catalog::Checked;
use crate::key::StorageKey;
use crate::store::index::IndexDefinition;

impl<K: StorageKey, V: 'static> Schema<K, V> {
    pub(super) fn add_index(&mut self, index: Arc<dyn IndexDefinition<V>>) {
        self.layout_mut().add_index(index);
    }

    pub(super) fn set_visibility(&mut self, visibility: Arc<dyn Visibility>) {
        self.layout_mut().visibility = Some(visibility);
    }

    pub(super) fn set_complete(&mut self, complete: Arc<dyn Complete<V>>) {
        self.layout_mut().complete = Some(complete);
    }

    pub(super) fn set_guard(&mut self, guard: Arc<dyn Guard<V>>) {
        self.layout_mut().guard = Some(guard);
    }

    #[inline(never)]
    pub(super) fn layout_mut(&mut self) -> &mut Layout<V> {
        let layout = Arc::make_mut(&mut self.layout);
        // The definition changes, so nothing is known of it.
        layout.checked = Checked::default();
        layout
    }
}

impl<K, V> Schema<K, V> {
    /// Creates the schema with this content.
    #[inline(never)]
    pub(crate) fn of(layout: Layout<V>) -> Self {
        Self { layout: Arc::new(layout), key: PhantomData }
    }

    /// Returns the schema with the keys as bytes.
    pub(crate) fn with_byte_keys(self) -> Schema<Vec<u8>, V> {
        Schema { layout: self.layout, key: PhantomData }
    }
}
