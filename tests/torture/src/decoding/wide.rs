//! [`Wide`]: an entity with a field of every kind of encoding.

use std::collections::BTreeMap;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

use crate::failure::Outcome;
use crate::random::Random;

/// An entity with a field of every kind of encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[table(name = "wide")]
#[allow(clippy::option_option, reason = "its encoding is one of the kinds")]
pub(crate) struct Wide {
    #[key]
    id: u64,
    name: Option<String>,
    row: Row,
    list: Vec<(i32, bool)>,
    choice: Choice,
    float: f64,
    small: f32,
    map: BTreeMap<String, u8>,
    huge: i128,
    letter: char,
    bytes: [u8; 3],
    nested: Option<Option<Box<Choice>>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
enum Choice {
    None,
    OneOf(u16),
    Named { left: i8, right: String },
    Pair(UserId, i64),
}

impl Choice {
    fn any(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::None,
            1 => Self::OneOf(u16::try_from(random.below(1 << 16)).unwrap_or(0)),
            2 => Self::Named { left: random.choose([i8::MIN, -1, 0, 7]), right: text(random) },
            _ => Self::Pair(UserId::new(text(random)), integer(random)),
        }
    }
}

impl Wide {
    pub(super) fn any(random: &mut Random) -> Self {
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Int(integer(random)),
            Value::Float(float(random)),
            Value::Text(text(random)),
            Value::Bytes(random.bytes(3)),
            Value::Timestamp(integer(random)),
            Value::List(vec![Value::Int(1), Value::List(Vec::new())]),
        ];
        let mut row = Row::default();
        for value in values {
            if random.one_in(3) {
                row.set(text(random), value);
            }
        }
        Self {
            id: random.next() >> random.below(64),
            name: random.one_in(2).then(|| text(random)),
            row,
            list: (0..random.below(4))
                .map(|_| (random.choose([i32::MIN, -1, 0, 300]), random.one_in(2)))
                .collect(),
            choice: Choice::any(random),
            float: float(random),
            small: random.choose([0.5, -0.0, f32::NAN, f32::MIN_POSITIVE]),
            map: (0..random.below(3)).map(|_| (text(random), random.small(255))).collect(),
            huge: i128::from(integer(random)) << random.below(60),
            letter: random.choose(['a', '\0', 'ü', '\u{10FFFF}']),
            bytes: [random.small(255), 0, 255],
            nested: random
                .choose([None, Some(None), Some(Some(()))])
                .map(|inner| inner.map(|()| Box::new(Choice::any(random)))),
        }
    }

    /// Returns the encoded entity, without its envelope of six bytes.
    pub(super) fn payload(&self) -> Outcome<Vec<u8>> {
        let mut stored = Self::table(Arc::new(MemoryBackend::new())).serialize(&self.id, self)?;
        Ok(stored.split_off(6))
    }
}

fn text(random: &mut Random) -> String {
    random.choose(["", "a", "\"", "\\", "\0", "ü", "$int", "\u{1F600}"]).to_owned()
}

fn integer(random: &mut Random) -> i64 {
    random.choose([0, -1, 1 << 53, -(1 << 53), i64::MAX, i64::MIN, 1_700_000_000_000])
}

fn float(random: &mut Random) -> f64 {
    random.choose([0.0, -0.0, 1.0, 0.1, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE])
}
