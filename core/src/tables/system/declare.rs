//! [`Declare`]: the indexes and the rules of a system table.
//!
//! An entity declares them once, for a schema of its own type and for one of a type that contains it.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::SystemEntity;
use crate::backend::{Partition, Read, Transaction};
use crate::error::{DecodeReason, EncodeReason, Result};
use crate::shape::Shape;
use crate::store::schema::{Codec, Complete, EncodedChange, Guard, KeyType, Layout, View, Within};
use crate::store::{IndexDefinition, Schema};

/// Takes the declaration of a table of entities `V`.
pub trait Declare<V> {
    /// Adds an index.
    fn index(&mut self, index: &'static impl IndexDefinition<V>);

    /// Sets the function that fills in the fields that the table maintains: see [`Schema::complete`]. It passes the entity to
    /// store instead to its last argument.
    fn complete(&mut self, complete: Completion<V>);

    /// Sets the function that accepts or refuses every change: see [`Schema::guard`].
    fn guard(&mut self, guard: Rule<V>);
}

type Completion<V> = fn(&dyn Read, &EncodedChange<'_, V>, &mut dyn FnMut(V)) -> Result<()>;
type Rule<V> = fn(&mut dyn Transaction, &EncodedChange<'_, V>) -> Result<()>;

/// Returns the schema of the system's entity `V` in this partition, for a type that contains it.
pub(super) fn schema_of<V, W, E>(partition: Partition, view: E) -> Schema<V::Key, W>
where
    V: SystemEntity,
    W: From<V> + 'static,
    E: View<V, W>,
{
    let codec = Arc::new(Within::<_, V, E>::new(Payloads, view));
    let mut layout = layout(partition, KeyType::of::<V::Key>(), codec, V::PARTITION, Shape::of::<V>());
    V::declare(&mut Declaration { layout: &mut layout, view });
    Schema::of(layout)
}

#[inline(never)] // one for all types of system tables
fn layout<W>(
    partition: Partition,
    key: &KeyType,
    codec: Arc<dyn Codec<W>>,
    owner: &str,
    shape: Shape,
) -> Layout<W> {
    let mut layout = Layout::new(partition, key, codec);
    layout.entity_shape = Some(shape);
    layout.own(owner);
    layout
}

/// The layout that a declaration completes.
struct Declaration<'a, W, E> {
    layout: &'a mut Layout<W>,
    view: E,
}

impl<V: 'static, W: From<V> + 'static, E: View<V, W>> Declare<V> for Declaration<'_, W, E> {
    fn index(&mut self, index: &'static impl IndexDefinition<V>) {
        self.layout.add_index(Arc::new(Within::new(index, self.view)));
    }

    fn complete(&mut self, complete: Completion<V>) {
        self.layout.complete = Some(Arc::new(Within::new(complete, self.view)));
    }

    fn guard(&mut self, guard: Rule<V>) {
        self.layout.guard = Some(Arc::new(Within::new(guard, self.view)));
    }
}

/// The codec of the system's entities: their payloads.
struct Payloads;

impl<V: SystemEntity, W: From<V>, E: View<V, W>> Codec<W> for Within<Payloads, V, E> {
    fn encode(&self, held: &W, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        self.entity_of(held)?.store(out);
        Ok(())
    }

    fn decode(&self, payload: &[u8]) -> Result<W, DecodeReason> {
        V::from_payload(payload)
    }
}

impl<V: 'static, W: From<V>, E: View<V, W>> Complete<W> for Within<Completion<V>, V, E> {
    fn complete(
        &self,
        reader: &dyn Read,
        change: &EncodedChange<'_, W>,
        take: &mut dyn FnMut(W),
    ) -> Result<()> {
        (self.inner)(reader, &self.change(change), &mut |entity| take(W::from(entity)))
    }
}

impl<V: 'static, W, E: View<V, W>> Guard<W> for Within<Rule<V>, V, E> {
    fn check(&self, tx: &mut dyn Transaction, change: &EncodedChange<'_, W>) -> Result<()> {
        check(self.inner, tx, &self.change(change))
    }
}

#[inline(never)] // the same code for all types of entities
fn check<V>(rule: Rule<V>, tx: &mut dyn Transaction, change: &EncodedChange<'_, V>) -> Result<()> {
    (change.outline.check_key)(change.key)?;
    rule(tx, change)
}
