//! The entities that arguments choose.

use std::ops::Bound;

use keyloft::key::KeyShape;
use keyloft::store::{EntityReader, IndexReader, Iter};
use keyloft::untyped::{UntypedEntity, UntypedIndex, UntypedTable};
use keyloft::{Prefix, Query};
use serde_json::Value;

use crate::args::Select;
use crate::database::index_of;
use crate::failure::{Failure, Result};
use crate::keys;

/// The entities that arguments choose, without those that can't be read.
pub(crate) struct Selection<'a> {
    table: &'a UntypedTable,
    index: Option<UntypedIndex>,
    query: Query<Vec<u8>>,
    conditions: Vec<Condition>,
    limit: usize,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(table: &'a UntypedTable, select: &Select) -> Result<Self> {
        let index = match &select.by {
            Some(name) => Some(index_of(table, name)?),
            None => None,
        };
        let shape = index.as_ref().map_or(&table.definition().key, |index| &index.defined().value);
        let mut query = bounds(shape, select)?;
        if select.reverse {
            query = query.reverse();
        }
        let conditions: Vec<Condition> =
            select.conditions.iter().map(|text| Condition::parse(text)).collect::<Result<_>>()?;
        if !conditions.is_empty() && table.definition().entity.is_none() {
            return Err(Failure::usage(
                "the catalog has no shape of the entities of this table, so --where has no fields to look at",
            ));
        }
        let limit = select.limit.unwrap_or(usize::MAX);
        // Without conditions the table can stop by itself.
        if conditions.is_empty() && select.limit.is_some() {
            query = query.limit(limit);
        }
        Ok(Self { table, index, query, conditions, limit })
    }

    /// Counts the entities.
    pub(crate) fn count(&self) -> Result<u64> {
        if self.conditions.is_empty() {
            return Ok(match &self.index {
                Some(index) => self.table.count_by(index, self.query.clone())?,
                None => self.table.count_in(self.query.clone())?,
            });
        }
        let mut count = 0;
        for row in self.rows()? {
            row?;
            count += 1;
        }
        Ok(count)
    }

    /// Returns the entities, and an error for each that can't be read.
    pub(crate) fn rows(&self) -> Result<impl Iterator<Item = keyloft::Result<(Vec<u8>, UntypedEntity)>>> {
        let rows: Iter<'_, Vec<u8>, UntypedEntity> = match &self.index {
            Some(index) => self.table.iter_by(index, self.query.clone())?,
            None => self.table.iter(self.query.clone())?,
        };
        let holds = |row: &keyloft::Result<(Vec<u8>, UntypedEntity)>| match row {
            Ok((_, entity)) => self.holds(entity),
            Err(_) => true,
        };
        Ok(rows.filter(holds).take(self.limit))
    }

    fn holds(&self, entity: &UntypedEntity) -> bool {
        if self.conditions.is_empty() {
            return true;
        }
        let json = self.table.to_json(entity).and_then(|json| serde_json::from_str::<Value>(&json).ok());
        json.is_some_and(|json| self.conditions.iter().all(|condition| condition.holds(&json)))
    }
}

/// Returns the query of the bounds, by keys of this shape.
fn bounds(shape: &KeyShape, select: &Select) -> Result<Query<Vec<u8>>> {
    let bound = |text: &Option<String>| text.as_ref().map(|text| keys::parse_bound(shape, text)).transpose();
    let mut query = match select.prefix.as_slice() {
        [] => Query::all(),
        prefix => Query::prefix(Prefix::of(&*keys::parse_prefix(shape, prefix)?)),
    };
    let from = bound(&select.from)?.map_or(Bound::Unbounded, Bound::Included);
    let to = bound(&select.to)?.map_or(Bound::Unbounded, Bound::Excluded);
    query = query.between((from, to));
    Ok(query)
}

/// A condition on a field of the entity's JSON.
struct Condition {
    path: Vec<String>,
    operator: Operator,
    value: Value,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
}

/// The operators, the longer ones before those that they begin with.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("~", Operator::Contains),
];

impl Condition {
    fn parse(text: &str) -> Result<Self> {
        let found = text.char_indices().find_map(|(place, _)| {
            let (path, rest) = text.split_at_checked(place)?;
            let (sign, operator) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign))?;
            Some((path, *operator, rest.get(sign.len()..)?))
        });
        let Some((path, operator, value)) = found.filter(|(path, ..)| !path.is_empty()) else {
            let message =
                format!("`{text}` is no condition: write a field, one of = != < <= > >= ~, and a value");
            return Err(Failure::usage(message));
        };
        Ok(Self {
            path: path.trim().split('.').map(str::to_owned).collect(),
            operator,
            value: serde_json::from_str(value.trim()).unwrap_or_else(|_| Value::from(value.trim())),
            text: value.trim().to_owned(),
        })
    }

    fn holds(&self, entity: &Value) -> bool {
        let mut field = entity;
        for name in &self.path {
            match field.get(name) {
                Some(inner) => field = inner,
                None => return self.operator == Operator::Unequal,
            }
        }
        let order = self.compare(field);
        match self.operator {
            Operator::Equal => order == Some(std::cmp::Ordering::Equal),
            Operator::Unequal => order != Some(std::cmp::Ordering::Equal),
            Operator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Operator::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
            Operator::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Operator::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
            Operator::Contains => match field {
                Value::String(text) => text.contains(&self.text),
                Value::Array(items) => {
                    items.iter().any(|item| self.compare(item) == Some(std::cmp::Ordering::Equal))
                }
                _ => false,
            },
        }
    }

    /// Compares the field with the value, if both are of one type. A text may look like a number: `zip=01234`.
    fn compare(&self, field: &Value) -> Option<std::cmp::Ordering> {
        match (field, &self.value) {
            // Integers that JavaScript can't hold are texts in the JSON of entities.
            (Value::String(field), Value::Number(_)) if field.parse::<i128>().is_ok() => {
                Some(field.parse::<i128>().ok()?.cmp(&self.text.parse::<i128>().ok()?))
            }
            (Value::String(field), _) => {
                let value = self.value.as_str().unwrap_or(&self.text);
                Some(field.as_str().cmp(value))
            }
            (Value::Number(field), Value::Number(value)) => match (field.as_i64(), value.as_i64()) {
                (Some(field), Some(value)) => Some(field.cmp(&value)),
                _ => field.as_f64()?.partial_cmp(&value.as_f64()?),
            },
            (Value::Bool(field), Value::Bool(value)) => Some(field.cmp(value)),
            (field, value) => (field == value).then_some(std::cmp::Ordering::Equal),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_compare_fields() {
        let entity = json!({"name": "Ada", "size": 7, "big": "9007199254740993", "tags": ["a", "b"], "in": {"x": null}});
        let holds = |text: &str| Condition::parse(text).unwrap().holds(&entity);
        for text in [
            "name=Ada",
            "name~da",
            "name>A",
            "size=7",
            "size>=7",
            "size<7.5",
            "size!=8",
            "tags~b",
            "in.x=null",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in ["big>9007199254740992", "big=9007199254740993", "none!=1", r#"name="Ada""#] {
            assert!(holds(text), "{text}");
        }
        for text in ["name=ada", "size>7", "tags~c", "none=1", "in.x=1", "size~7", "name!=Ada", "big<5"] {
            assert!(!holds(text), "{text}");
        }
        for text in ["", "name", "=5", "!=5"] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
