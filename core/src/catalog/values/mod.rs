//! The indexed values and the keys of entities whose Rust type is not known, by the definition of their table.

mod key_bytes;

use alloc::string::String;
use alloc::vec::Vec;

use self::key_bytes::{is_absent, part_of, present, write_column, write_key};
use super::{DefinedIndex, TableDefinition};
use crate::key::KeyShape;
use crate::shape::Shape;
use crate::tables::row::{Row, Value};

impl TableDefinition {
    /// Returns the encoded key that the entity of this payload contains, or `None` if it can't be computed.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use keyloft::prelude::*;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Entity)]
    /// #[table(name = "scores")]
    /// struct Score {
    ///     #[key]
    ///     player: u32,
    ///     points: u64,
    /// }
    ///
    /// let payload = postcard::to_allocvec(&Score { player: 7, points: 100 })?;
    /// assert_eq!(Score::schema().definition().own_key(&payload), Some(vec![0, 0, 0, 7]));
    /// # }
    /// # Ok::<(), postcard::Error>(())
    /// ```
    pub fn own_key(&self, payload: &[u8]) -> Option<Vec<u8>> {
        let mut own = None;
        values(self.entity.as_ref()?, &self.key_fields, &self.key, false, payload, &mut |key| {
            own = Some(key);
        })?;
        own
    }

    /// Returns the time at which the entity of this payload expires, in milliseconds since the Unix epoch. It is `None` if the
    /// entity does not expire.
    pub fn expires_at(&self, payload: &[u8]) -> Option<i64> {
        let field = self.entity.as_ref()?.read(payload).ok()?.field(self.expires.as_deref()?)?;
        present(&KeyShape::I64, field).as_signed().and_then(|time| i64::try_from(time).ok())
    }
}

impl DefinedIndex {
    /// Passes the values that the entity of this shape and payload has in the index to `add`, encoded as keys. Returns `None`
    /// if they can't be computed without the type, as those of an index by a function.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use keyloft::prelude::*;
    /// use keyloft::shape::Shape;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Entity)]
    /// #[table(name = "sizes")]
    /// struct Size {
    ///     #[key]
    ///     width: u8,
    ///     #[index]
    ///     height: u8,
    /// }
    ///
    /// let mut values = Vec::new();
    /// let index = &Size::schema().definition().indexes[0];
    /// index.values(&Shape::of::<Size>(), b"\x08\x06", &mut |value| values.push(value));
    /// assert_eq!(values, [[6]]);
    /// # }
    /// ```
    pub fn values(&self, entity: &Shape, payload: &[u8], add: &mut dyn FnMut(Vec<u8>)) -> Option<()> {
        let Self { fields, value, is_each, .. } = self;
        values(entity, fields, value, *is_each, payload, add)
    }

    /// Passes the values that the row has in the index to `add`, encoded as keys: one of its columns, or one of each item of a
    /// list.
    ///
    /// ```
    /// use keyloft::prelude::*;
    ///
    /// const SLUG: Index<Row, String> = Index::new("slug", |_: &Row| None).on(&["slug"]);
    /// let definition = Schema::<u32, Row>::new("notes").index(SLUG).definition();
    /// let mut values = Vec::new();
    /// definition.indexes[0].values_of_row(&Row::from([("slug", "milk")]), &mut |value| values.push(value));
    /// assert_eq!(values, [b"milk"]);
    /// ```
    pub fn values_of_row(&self, row: &Row, add: &mut dyn FnMut(Vec<u8>)) {
        if !self.is_each {
            return self.columns(row).into_iter().for_each(add);
        }
        let list = self.fields.first().and_then(|name| row.get(name));
        let Some(Value::List(items)) = list else { return };
        for item in items {
            let mut out = Vec::new();
            if write_column(&self.value, item, true, &mut out).is_some() {
                add(out);
            }
        }
    }

    /// Returns the columns of the row as a tuple; `None` if one of them is missing or null.
    fn columns(&self, row: &Row) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for (place, name) in self.fields.iter().enumerate() {
            let shape = self.part(place)?;
            write_column(shape, row.get(name)?, place + 1 == self.fields.len(), &mut out)?;
        }
        Some(out)
    }

    /// Returns `true` if the index can hold this value of the column at this place among its fields.
    pub fn holds(&self, place: usize, value: &Value) -> bool {
        self.part(place).is_some_and(|shape| write_column(shape, value, true, &mut Vec::new()).is_some())
    }

    /// Returns the part of the index's value that the field at this place has.
    pub fn part(&self, place: usize) -> Option<&KeyShape> {
        part_of(&self.value, &self.fields, place)
    }
}

/// Passes the values that these fields of the entity have as keys of this shape to `add`. Returns `None` if they can't be
/// computed without the type.
fn values(
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
