//! Vectors of envelopes, of entities of several versions, of index entries, and of partition names.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::value::{Envelope, decode_payload, seal};
use keyloft::{Partition, Read};
use keyloft_memory::MemoryBackend;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::vector::Vector;

/// A note of schema version 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    text: String,
    stars: u8,
}

/// A note of schema version 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RatedNote {
    stars: u32,
    text: String,
    space: NamespaceId,
}

/// An entity with a field of every kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    numbers: (u8, i8, u16, i16, u32, i32, u64, i64, u128, i128),
    floats: (f32, f64),
    truth: bool,
    letter: char,
    text: String,
    nothing: Option<u8>,
    something: Option<String>,
    list: Vec<i64>,
    by_name: BTreeMap<String, bool>,
    kind: Kind,
    kinds: Vec<Kind>,
    row: RowId,
    user_row: UserRowId,
    unit: (),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Number(i32),
    Named { name: String, size: u64 },
}

const TEXT: UniqueIndex<RatedNote, String> = UniqueIndex::new("text", |note| Some(note.text.clone()));
const RATED: Index<RatedNote, (NamespaceId, u32)> =
    Index::new("rated", |note| Some((note.space.clone(), note.stars)));

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = envelopes();
    vectors.extend(entities());
    vectors.extend(indexes());
    vectors
}

fn envelopes() -> Vec<Vector> {
    let envelope = |version: u32| {
        let mut bytes = Vec::new();
        seal(&"notes".into(), b"key", version, "milk", &mut bytes).unwrap();
        Vector::new("envelope", &format!("version-{version}"), bytes, move |bytes| {
            let envelope = Envelope::open(&"notes".into(), b"key", bytes).unwrap();
            envelope.version == version && decode_payload::<&str>(envelope.payload).unwrap() == "milk"
        })
    };
    [0, 1, 127, 128, 300, 16_384, u32::MAX].map(envelope).into()
}

fn entities() -> Vec<Vector> {
    let old = Note { text: "milk".to_owned(), stars: 3 };
    let upgraded = rated("milk", 3, "default");
    let mut sealed = Vec::new();
    let key = UserRowId::from_strings("bob", "1");
    seal(&"notes".into(), &key.encode(), 1, &old, &mut sealed).unwrap();
    vec![
        entity("number", 1, &300_u64),
        entity("text", 1, &"鍵\0".to_owned()),
        entity("Note", 1, &old),
        entity("RatedNote", 2, &rated("bread: 100%", 200, "app")),
        entity("Everything/full", 1, &everything()),
        entity("Everything/empty", 7, &empty()),
        Vector::new("entity", "RatedNote/upgraded-from-1", sealed, move |bytes| {
            notes(Arc::new(MemoryBackend::new())).deserialize(&key, bytes).unwrap() == upgraded
        }),
    ]
}

/// Returns everything that a store writes into its partitions.
fn indexes() -> Vec<Vector> {
    let memory = Arc::new(MemoryBackend::new());
    let store = notes(Arc::new(Scoped::new(memory.clone(), "a/b%")));
    store.put(&UserRowId::from_strings("bob:", "1"), &rated("a\0", 7, "app")).unwrap();
    // The name of this table begins like that of an index.
    Table::<UserId, u32>::new(memory.clone(), "#odd").put(&"1".into(), &1).unwrap();
    let mut vectors = Vec::new();
    for partition in memory.partitions().unwrap() {
        let mut add = |part: &str, bytes: &[u8]| {
            let expected = bytes.to_vec();
            let name = format!("{partition}/{part}");
            vectors.push(Vector::new("stored", &name, bytes.to_vec(), move |bytes| bytes == expected));
        };
        add("partition", partition.as_str().as_bytes());
        let visit = &mut |key: &[u8], value: &[u8]| {
            add("key", key);
            add("value", value);
            ControlFlow::Continue(())
        };
        memory.scan(&partition, KeyRange::ALL, Direction::Forward, visit).unwrap();
    }
    vectors
}

fn entity<V>(name: &str, version: u32, entity: &V) -> Vector
where
    V: Serialize + DeserializeOwned + PartialEq + Clone + Debug + 'static,
{
    let schema = Schema::new("entities").version(version, |_, payload| decode_payload(payload));
    let store = Table::<UserId, V>::with_schema(Arc::new(MemoryBackend::new()), schema);
    let key = UserId::new(name);
    let bytes = store.serialize(&key, entity).unwrap();
    let entity = entity.clone();
    Vector::new("entity", name, bytes, move |bytes| store.deserialize(&key, bytes).unwrap() == entity)
}

fn notes(backend: Arc<dyn StorageBackend>) -> Table<UserRowId, RatedNote> {
    let schema = Schema::new(Partition::from("notes")).index(TEXT).index(RATED).version(2, |_, payload| {
        let old: Note = decode_payload(payload)?;
        Ok(rated(&old.text, u32::from(old.stars), "default"))
    });
    Table::with_schema(backend, schema)
}

fn rated(text: &str, stars: u32, space: &str) -> RatedNote {
    RatedNote { stars, text: text.to_owned(), space: NamespaceId::new(space) }
}

fn everything() -> Everything {
    Everything {
        numbers: (255, -128, 65_535, -32_768, 300, -300, u64::MAX, i64::MIN, u128::MAX, i128::MIN),
        floats: (1.5, -0.1),
        truth: true,
        letter: '鍵',
        text: "text\0".to_owned(),
        nothing: None,
        something: Some(String::new()),
        list: vec![-1, 0, 1, 1_700_000_000_000],
        by_name: [("a".to_owned(), true), ("b".to_owned(), false)].into(),
        kind: Kind::Named { name: "n".to_owned(), size: 1 << 40 },
        kinds: vec![Kind::Plain, Kind::Number(-7)],
        row: RowId::new([0x00, 0xff]),
        user_row: UserRowId::from_strings("a:b", "c"),
        unit: (),
    }
}

fn empty() -> Everything {
    Everything {
        numbers: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        floats: (0.0, f64::INFINITY),
        truth: false,
        letter: '\0',
        text: String::new(),
        nothing: Some(0),
        something: None,
        list: Vec::new(),
        by_name: BTreeMap::new(),
        kind: Kind::Plain,
        kinds: Vec::new(),
        row: RowId::new([]),
        user_row: UserRowId::from_strings("", ""),
        unit: (),
    }
}
