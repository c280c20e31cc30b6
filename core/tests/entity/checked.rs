//! Entities without the derive, which a checked schema reads back when they are written.

use std::collections::{BTreeMap, HashMap, HashSet};

use keyloft::prelude::*;
use keyloft::store::{Codec, Postcard};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::backend;

const fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Sample {
    #[serde(skip_serializing_if = "is_zero")]
    x: u8,
    w: Vec<u8>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum InVariant {
    One {
        #[serde(skip_serializing_if = "is_zero")]
        x: u8,
    },
}

/// A `Serialize` by hand that leaves out a field without a word.
#[derive(Deserialize)]
struct Entries {
    len: u8,
    entries: Vec<u8>,
}

impl Entries {
    fn of(entries: &[u8]) -> Self {
        Self { len: u8::try_from(entries.len()).unwrap(), entries: entries.to_vec() }
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Entries", if self.len == 0 { 1 } else { 2 })?;
        if self.len > 0 {
            fields.serialize_field("len", &self.len)?;
        }
        fields.serialize_field("entries", &self.entries)?;
        fields.end()
    }
}

#[derive(Serialize, Deserialize)]
struct Pair(u8, #[serde(skip_serializing_if = "is_zero")] u8);

#[derive(Serialize, Deserialize)]
struct PairThen(Pair, u8, u8);

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { number: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    One(u8),
}

#[derive(Serialize, Deserialize)]
enum Skipping {
    First(u8),
    #[serde(skip)]
    _Second,
    Third(u8),
    Fourth(u8),
}

#[derive(Serialize, Deserialize)]
struct Lossy {
    #[serde(with = "rounded")]
    number: u32,
}

mod rounded {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        Ok(u32::deserialize(deserializer)? / 10 * 10)
    }
}

fn checked<V: Serialize + serde::de::DeserializeOwned + 'static>(entity: &V) -> Result<()> {
    let schema = Schema::with_codec("entities", Postcard).checked();
    Table::<u32, V>::with_schema(backend(), schema).put(&1, entity)
}

/// Returns the text of the error without the place.
fn refusal<V: Serialize + serde::de::DeserializeOwned + 'static>(entity: &V) -> String {
    let error = checked(entity).unwrap_err();
    assert_eq!(error.code(), "Encode");
    error.to_string()
}

#[test]
fn a_struct_that_leaves_out_a_field_is_refused_without_a_check() {
    let samples = Table::<u32, (Option<Sample>, Vec<InVariant>)>::new(backend(), "entities");
    samples.put(&1, &(Some(Sample { x: 1, w: vec![] }), vec![InVariant::One { x: 1 }])).unwrap();
    let refused = samples.put(&1, &(Some(Sample { x: 0, w: vec![2, 7, 8] }), vec![])).unwrap_err();
    assert_eq!(refused.code(), "Encode");
    assert_eq!(
        refused.to_string(),
        "key `1` in partition `entities`: the entity can't be encoded: a struct leaves out a field, as it does with serde's \
         `skip_serializing_if`, and a read would take the next field's bytes for it; correct the entity or its `Serialize`",
    );
    let refused = samples.put(&1, &(None, vec![InVariant::One { x: 0 }])).unwrap_err();
    assert_eq!(refused.code(), "Encode");
    assert_eq!(samples.get(&1).unwrap().unwrap().0, Some(Sample { x: 1, w: vec![] }));
}

#[test]
fn a_value_that_would_be_read_as_another_one_is_refused() {
    checked(&Entries::of(&[7])).unwrap();
    assert_eq!(
        refusal(&Entries { len: 0, ..Entries::of(&[2, 7, 8]) }),
        "key `1` in partition `entities`: the entity can't be encoded: a read of it would return other values, as it does \
         with serde's `skip_serializing_if`; correct the entity or its `Serialize`",
    );
    // In a tuple, too. The last number of the first type is the first of the second type.
    checked(&PairThen(Pair(1, 1), 2, 3)).unwrap();
    assert!(
        refusal(&(PairThen(Pair(1, 0), 2, 3), PairThen(Pair(4, 5), 6, 0), 9_u8))
            .contains("a read of it would")
    );
    // A variant that is read as another one, with the same fields.
    checked(&Skipping::First(7)).unwrap();
    assert!(refusal(&Skipping::Third(7)).contains("other values"));
    assert!(refusal(&Lossy { number: 15 }).contains("other values"));
    checked(&Lossy { number: 10 }).unwrap();
}

#[test]
fn a_value_that_could_not_be_read_is_refused() {
    let reasons =
        [refusal(&Tagged::One { number: 1 }), refusal(&Untagged::One(1)), refusal(&Skipping::Fourth(7))];
    for reason in reasons {
        assert!(reason.contains("a read of it would fail"), "{reason}");
    }
}

#[test]
fn entities_that_postcard_reads_back_are_accepted() {
    let words = ["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned);
    let set: HashSet<String> = words.iter().cloned().collect();
    let map: HashMap<String, HashSet<String>> =
        words.iter().map(|word| (word.clone(), set.clone())).collect();
    checked(&(set, map)).unwrap();
    checked(&(f64::NAN, -0.0_f32, i128::MIN, u128::MAX, 'ß', true, -1_i8)).unwrap();
    checked(&(Some(Some(())), None::<u8>, BTreeMap::from([((1, "x".to_owned()), [1, 2])]))).unwrap();
    checked(&Row::new().with("title", "hello").with("count", 7)).unwrap();
}

#[test]
fn it_is_on_with_debug_assertions() {
    let numbers = Table::<u32, Lossy>::new(backend(), "numbers");
    let stored = numbers.put(&1, &Lossy { number: 15 });
    if cfg!(debug_assertions) {
        assert_eq!(stored.unwrap_err().code(), "Encode");
        assert!(numbers.get(&1).unwrap().is_none());
    } else {
        stored.unwrap();
        assert_eq!(numbers.get(&1).unwrap().map(|lossy| lossy.number), Some(10));
    }
}

/// An entity whose stated shape is wrong, because the function encodes a text.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "misstated", key = u32)]
struct Misstated {
    #[serde(with = "as_text")]
    #[shape(as = u32)]
    number: u32,
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[test]
fn an_entity_with_another_shape_than_stated_is_refused() {
    let schema = Misstated::schema().checked();
    let refused = Table::with_schema(backend(), schema).put(&1, &Misstated { number: 77 }).unwrap_err();
    assert_eq!(refused.code(), "Encode");
    assert!(refused.to_string().contains("than the shape of the table says, {number: u32}: "), "{refused}");
}

#[test]
fn a_custom_codec_is_checked_too() {
    struct Halved;

    impl Codec<u8> for Halved {
        fn encode(&self, number: &u8, out: &mut Vec<u8>) -> Result<(), keyloft::error::EncodeReason> {
            out.push(number / 2);
            Ok(())
        }

        fn decode(&self, payload: &[u8]) -> Result<u8, keyloft::error::DecodeReason> {
            let half = payload.first().copied();
            half.map(|half| half * 2).ok_or_else(|| keyloft::error::DecodeReason::other("it is empty"))
        }
    }

    let numbers = Table::<u32, u8>::with_schema(backend(), Schema::with_codec("numbers", Halved).checked());
    numbers.put(&1, &6).unwrap();
    assert_eq!(numbers.put(&2, &7).unwrap_err().code(), "Encode");
}

/// Stores a number in thousands.
mod thousands {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the reference")]
    pub(super) fn serialize<S: Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        (number / 1_000).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        Ok(i64::deserialize(deserializer)? * 1_000)
    }
}

/// Its row returns other index values than the entity has.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq, Clone)]
#[table(name = "measures", key = u32)]
#[table(index(name = "by_cache", by = Measure::cached, value = String))]
struct Measure {
    #[serde(with = "thousands")]
    #[shape(as = i64)]
    #[unique]
    length: i64,
    #[serde(skip)]
    cache: String,
}

impl Measure {
    fn cached(&self) -> String {
        self.cache.clone()
    }
}

#[test]
fn an_entity_that_is_read_with_other_index_values_is_refused() {
    let schema = Measure::schema().checked();
    let erased = Table::with_schema(backend(), schema.erase::<Measure>(|measure| Some(measure)));
    let measures = Table::with_schema(backend(), schema);
    let rounded = Measure { length: 1_500, cache: String::new() };
    let skipped = Measure { length: 1_000, cache: "km".into() };
    for (measure, index) in [(&rounded, "`length`"), (&skipped, "`by_cache`")] {
        for refused in [measures.put(&1, measure), erased.put(&vec![0, 0, 0, 1], measure)] {
            let refused = refused.unwrap_err();
            assert_eq!(refused.code(), "Encode");
            assert!(refused.to_string().contains(index), "{refused}");
        }
    }
    measures.put(&1, &Measure { length: 1_000, cache: String::new() }).unwrap();
    assert_eq!((measures.count().unwrap(), measures.verify().unwrap()), (1, vec![]));
}
