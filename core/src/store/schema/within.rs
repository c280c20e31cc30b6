//! [`Within`]: a part of a schema of one type of entities, for a type that contains them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::Deref;

use super::EncodedChange;
use crate::error::{EncodeReason, Result};
use crate::key::KeyShape;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::store::index::IndexDefinition;

/// The function that returns the `V` inside a `W`, if the `W` contains one.
pub(crate) trait View<V, W>: Copy + MaybeSend + MaybeSync + 'static {
    /// Returns the entity inside.
    fn view<'a>(&self, held: &'a W) -> Option<&'a V>;
}

impl<V, W, F> View<V, W> for F
where
    F: Fn(&W) -> Option<&V> + Copy + MaybeSend + MaybeSync + 'static,
{
    #[inline]
    fn view<'a>(&self, held: &'a W) -> Option<&'a V> {
        self(held)
    }
}

/// A part of a schema of entities `V`, for a type that contains them.
pub(crate) struct Within<T, V, E> {
    pub(crate) inner: T,
    pub(crate) view: E,
    entity: PhantomData<fn() -> V>,
}

impl<T, V, E> Within<T, V, E> {
    pub(crate) fn new(inner: T, view: E) -> Self {
        Self { inner, view, entity: PhantomData }
    }

    /// Returns the entity inside.
    ///
    /// # Errors
    ///
    /// The reason, if there is none.
    pub(crate) fn entity_of<'a, W>(&self, held: &'a W) -> Result<&'a V, EncodeReason>
    where
        E: View<V, W>,
    {
        self.view.view(held).ok_or_else(foreign)
    }

    pub(crate) fn change<'a, W>(&self, change: &EncodedChange<'a, W>) -> EncodedChange<'a, V>
    where
        E: View<V, W>,
    {
        change.map(&|held| self.view.view(held))
    }
}

#[cold]
fn foreign() -> EncodeReason {
    EncodeReason::other("it is an entity of another table")
}

impl<T, V, W, E> IndexDefinition<W> for Within<T, V, E>
where
    T: Deref<Target: IndexDefinition<V>> + MaybeSend + MaybeSync,
    E: View<V, W>,
{
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn is_unique(&self) -> bool {
        self.inner.is_unique()
    }

    fn values(&self, held: &W, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        if let Some(entity) = self.view.view(held) {
            self.inner.values(entity, add);
        }
    }

    fn has(&self, held: &W, value: &[u8]) -> bool {
        self.view.view(held).is_some_and(|entity| self.inner.has(entity, value))
    }

    fn is_each(&self) -> bool {
        self.inner.is_each()
    }

    fn fields(&self) -> Vec<&str> {
        self.inner.fields()
    }

    fn revision(&self) -> u32 {
        self.inner.revision()
    }

    fn value_shape(&self) -> KeyShape {
        self.inner.value_shape()
    }

    fn value_type(&self) -> Option<&'static str> {
        self.inner.value_type()
    }

    fn describe(&self, value: &[u8]) -> String {
        self.inner.describe(value)
    }
}
