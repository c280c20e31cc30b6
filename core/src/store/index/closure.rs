//! [`ClosureIndex`]: an index whose values a closure computes.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use core::any::type_name;

use super::{IndexDefinition, IndexOn};
use crate::key::{KeyShape, StorageKey, describe};
use crate::maybe_send::{MaybeSend, MaybeSync};

/// The closure that passes the values of an entity.
type Values<V, I> = dyn Passes<V, I>;

/// The bounds of the closure, which depend on the target.
trait Passes<V, I>: Fn(&V, &mut dyn FnMut(I)) + MaybeSend + MaybeSync {}
impl<V, I, F: Fn(&V, &mut dyn FnMut(I)) + MaybeSend + MaybeSync> Passes<V, I> for F {}

/// An index whose name is known at run time only, or whose values a closure computes from what it captures.
///
/// An [`Index`](super::Index) or a [`UniqueIndex`](super::UniqueIndex) is a constant with a function. This one is a value. To the
/// catalog it is an index by a function: raise its [`revision`](Self::revision) when the closure returns other values.
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::store::ClosureIndex;
///
/// /// Indexes the column of this name.
/// fn by_column(column: &str) -> ClosureIndex<Row, String> {
///     let name = column.to_owned();
///     ClosureIndex::new(column, move |row: &Row| match row.get(&name) {
///         Some(Value::Text(text)) => Some(text.clone()),
///         _ => None,
///     })
/// }
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let schema = Schema::<u32, Row>::new("people").index(by_column("city")).index(by_column("name").unique());
/// let people = Table::with_schema(backend, schema);
/// people.put(&1, &Row::from([("name", "Ada"), ("city", "London")]))?;
/// assert_eq!(people.find_all(&by_column("city"), "London")?.len(), 1);
///
/// let taken = people.put(&2, &Row::from([("name", "Ada")]));
/// assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct ClosureIndex<V, I> {
    name: String,
    is_unique: bool,
    is_each: bool,
    revision: u32,
    values: Arc<Values<V, I>>,
}

impl<V, I> ClosureIndex<V, I> {
    /// Creates the index of this name, not unique. An entity without a value is not in it.
    pub fn new(
        name: impl Into<String>,
        value: impl Fn(&V) -> Option<I> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        Self::of(name.into(), false, move |entity, add| value(entity).into_iter().for_each(add))
    }

    /// Creates the index of this name, not unique, in which an entity has each of the values that the closure passes.
    pub fn each(
        name: impl Into<String>,
        values: impl Fn(&V, &mut dyn FnMut(I)) + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        Self::of(name.into(), true, values)
    }

    fn of(
        name: String,
        is_each: bool,
        values: impl Fn(&V, &mut dyn FnMut(I)) + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        Self { name, is_unique: false, is_each, revision: 1, values: Arc::new(values) }
    }

    /// Allows each value once.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.is_unique = true;
        self
    }

    /// Sets the revision of the closure, which is 1 at first.
    #[must_use]
    pub fn revision(mut self, revision: u32) -> Self {
        self.revision = revision;
        self
    }
}

impl<V, I> Clone for ClosureIndex<V, I> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), values: Arc::clone(&self.values), ..*self }
    }
}

impl<V, I: StorageKey> IndexDefinition<V> for ClosureIndex<V, I> {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_unique(&self) -> bool {
        self.is_unique
    }

    fn values(&self, entity: &V, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        (self.values)(entity, &mut |value| add(value.encode()));
    }

    fn is_each(&self) -> bool {
        self.is_each
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn value_shape(&self) -> KeyShape {
        I::shape()
    }

    fn value_type(&self) -> Option<&'static str> {
        Some(type_name::<I>())
    }

    fn describe(&self, value: &[u8]) -> String {
        describe::<I>(value)
    }
}

impl<V, I: StorageKey> IndexOn<V, I> for ClosureIndex<V, I> {}
