//! Damaged bytes and texts, given to everything that reads them: each is refused, or read and written back unchanged.

pub(crate) mod wide;

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::shape;
use keyloft::store::Mismatch;
use keyloft::value::{Envelope, decode_payload, seal_payload};
use keyloft_memory::MemoryBackend;

use wide::Wide;

use crate::breaks::Break;
use crate::failure::{Failure, Outcome, ensure, same, without_panic};
use crate::harness::Round;
use crate::random::Random;
use crate::tally::Tally;
use crate::workload::{Item, Tables};

/// The damaged inputs of a round, of each kind.
const CASES: u64 = 1_500;

/// A kind of input: it is damaged this often, and judged.
type Judge = fn(&mut Random, &mut Tally) -> Outcome;

/// Damages valid inputs of every kind.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    const KINDS: [(&str, Judge); 5] = [
        ("keys", keys),
        ("entities", entities),
        ("payloads", payloads),
        ("json", json),
        ("cursors", cursors),
    ];
    let mut tally = Tally::default();
    for (name, judge) in KINDS {
        for case in 0..CASES {
            let mut random = Random::of(round.seed, 10_000 + case);
            without_panic(|| judge(&mut random, &mut tally))
                .map_err(|failure| failure.at(format!("{name}, case {case}")))?;
        }
    }
    if round.how == Some(Break::LooseKeys) {
        return one_key::<LooseKey>(&LooseKey(7), &mut Random::new(round.seed), &mut tally).map(|()| tally);
    }
    Ok(tally)
}

fn keys(random: &mut Random, tally: &mut Tally) -> Outcome {
    let text = |random: &mut Random| random.choose(["", "a", "a\0", "\0\u{ff}", "%3A:", "ü"]).to_owned();
    let number = u32::try_from(random.next() >> 32).unwrap_or(0);
    match random.below(8) {
        0 => one_key(&text(random), random, tally),
        1 => one_key(&(text(random), number), random, tally),
        2 => one_key(&(i64::from(number) - 7, text(random), number.is_multiple_of(2)), random, tally),
        3 => one_key(&(random.bytes(3), Some(number)), random, tally),
        4 => one_key(&UserRowId::new(text(random).into(), random.bytes(4)), random, tally),
        5 => one_key(&TableId::new(text(random).into(), text(random).into()), random, tally),
        6 => one_key(&(Some(text(random)), None::<u8>, random.bytes(2)), random, tally),
        _ => one_key(&(number, number), random, tally),
    }
}

/// A key has one encoding: bytes that it is decoded from are the bytes that it is encoded to.
fn one_key<K: StorageKey + PartialEq>(key: &K, random: &mut Random, tally: &mut Tally) -> Outcome {
    same("a key that was encoded", &K::decode(&key.encode())?, key)?;
    for _ in 0..8 {
        let damaged = damage(&key.encode(), random);
        if let Ok(other) = K::decode(&damaged) {
            tally.count("keys read");
            same(format_args!("the bytes of {other:?}"), &other.encode().into_owned(), &damaged)?;
        } else {
            tally.count("keys refused");
        }
    }
    Ok(())
}

/// An entity that is read from a damaged payload survives being written. A damaged envelope is refused.
fn entities(random: &mut Random, tally: &mut Tally) -> Outcome {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    let items = Tables::of(backend.clone()).items;
    let item = Item::any(random, 0);
    let key = item.id;
    let stored = items.serialize(&key, &item)?;
    let table = items.partition();
    let bytes = damage(&stored, random);
    let is_refused = bytes == stored || items.deserialize(&key, &bytes).is_err();
    ensure(is_refused, || format!("a damaged envelope is read: {bytes:?}"))?;
    let Envelope { version, payload } = Envelope::open(table, &key.encode(), &stored)
        .map_err(|reason| Failure::from(format!("the envelope is refused: {reason}")))?;
    let mut damaged = Vec::new();
    seal_payload(table, &key.encode(), version, &damage(payload, random), &mut damaged);
    let Ok(item) = items.deserialize(&key, &damaged) else {
        tally.count("entities refused");
        return Ok(());
    };
    let written = items.serialize(&key, &item)?;
    tally.count(if written == damaged {
        "entities read"
    } else {
        "entities read from other bytes than theirs"
    });
    backend.transaction(|tx| tx.put(table, &key.encode(), &damaged))?;
    let is_reported =
        items.verify()?.iter().any(|mismatch| matches!(mismatch, Mismatch::NotCanonical { .. }));
    same("the report of an entity that has another length", &is_reported, &(written.len() != damaged.len()))?;
    same("an entity that was written again", &items.deserialize(&key, &written)?, &item)
}

/// A payload that the shape accepts is one that the type accepts, and the JSON of the type's own payload leads back to it.
fn payloads(random: &mut Random, tally: &mut Tally) -> Outcome {
    tally.count(payload(&damage(&Wide::any(random).payload()?, random))?);
    Ok(())
}

/// Judges the bytes of a payload.
pub(crate) fn payload(bytes: &[u8]) -> Outcome<&'static str> {
    let shape = shape::Shape::of::<Wide>();
    let by_type = decode_payload::<Wide>(bytes);
    let Ok(payload) = shape.read(bytes) else {
        return Ok(if by_type.is_ok() { "payloads refused by the shape alone" } else { "payloads refused" });
    };
    let wide = by_type
        .map_err(|reason| Failure::from(format!("the type refuses what the shape accepts: {reason}")))?;
    if wide.payload()? != bytes {
        // Such as a map with a key twice, whose JSON no reader accepts.
        return Ok("payloads read from other bytes than theirs");
    }
    let json = payload.to_json();
    let again = shape.encode_json(&json).map_err(|error| Failure::from(format!("{error} in {json}")))?;
    let decoded = decode_payload::<Wide>(&again);
    let decoded = decoded.map_err(|reason| Failure::from(format!("the payload of {json}: {reason}")))?;
    // As text, because a NaN equals nothing.
    same("a payload that was JSON", &format!("{decoded:?}"), &format!("{wide:?}"))?;
    Ok("payloads read")
}

/// JSON that the shape accepts has a payload, whose JSON has the same one.
fn json(random: &mut Random, tally: &mut Tally) -> Outcome {
    let payload = Wide::any(random).payload()?;
    let damaged = damage(to_json(&payload)?.as_bytes(), random);
    tally.count(text(&String::from_utf8_lossy(&damaged))?);
    Ok(())
}

/// Judges a text of JSON.
pub(crate) fn text(json: &str) -> Outcome<&'static str> {
    let shape = shape::Shape::of::<Wide>();
    let Ok(payload) = shape.encode_json(json) else { return Ok("texts refused") };
    let again = shape
        .encode_json(&to_json(&payload)?)
        .map_err(|error| Failure::from(format!("{error} in {json}")))?;
    same(format_args!("the payload of {json}"), &again, &payload)?;
    Ok("texts read")
}

fn to_json(payload: &[u8]) -> Outcome<String> {
    let read = shape::Shape::of::<Wide>().read(payload).map(|payload| payload.to_json());
    read.map_err(|error| Failure::from(format!("the shape refuses its own payload: {error:?}")))
}

/// A damaged cursor never leads out of its query.
fn cursors(random: &mut Random, tally: &mut Tally) -> Outcome {
    let table = pages()?;
    let cursor = table.page(only_a(), 3, None)?.next.map(|cursor| cursor.to_string()).unwrap_or_default();
    let damaged = damage(cursor.as_bytes(), random);
    tally.count(cursor_in(&table, &String::from_utf8_lossy(&damaged))?);
    Ok(())
}

/// Judges the text of a cursor.
pub(crate) fn cursor(text: &str) -> Outcome<&'static str> {
    cursor_in(&pages()?, text)
}

fn pages() -> Outcome<Table<(String, u32), u32>> {
    let table = Table::<(String, u32), u32>::new(Arc::new(MemoryBackend::new()), "pages");
    table.load((0..30).map(|id| ((if id % 3 == 0 { "ab" } else { "a" }.to_owned(), id), id)))?;
    Ok(table)
}

fn only_a() -> Query<(String, u32)> {
    Query::from(Prefix::of("a"))
}

fn cursor_in(table: &Table<(String, u32), u32>, text: &str) -> Outcome<&'static str> {
    match text.parse::<Cursor>().and_then(|cursor| table.page(only_a(), 3, Some(&cursor))) {
        Ok(page) => {
            let inside = page.entries.iter().all(|((name, _), _)| name == "a");
            ensure(inside, || format!("the cursor {text} leads to {:?}", page.entries))?;
            Ok("cursors followed")
        }
        Err(error) => {
            same("the code", &error.code(), &"InvalidCursor")?;
            Ok("cursors refused")
        }
    }
}

/// Returns a damaged copy.
pub(crate) fn damage(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=random.below(3) {
        let place = random.index(damaged.len() + 1);
        match random.below(6) {
            0 => damaged.truncate(place),
            1 => damaged.insert(place, random.small(255)),
            2 => drop(damaged.splice(place.., [0xFF, 0x7F])),
            3 if place < damaged.len() => drop(damaged.remove(place)),
            _ => {
                if let Some(byte) = damaged.get_mut(place) {
                    *byte = if random.one_in(2) { *byte ^ 1 << random.below(8) } else { random.small(255) };
                }
            }
        }
    }
    damaged
}

/// A key that breaks the law on purpose: all bytes decode to the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LooseKey(u8);

impl StorageKey for LooseKey {
    fn encode(&self) -> std::borrow::Cow<'_, [u8]> {
        vec![self.0].into()
    }

    fn decode(_: &[u8]) -> Result<Self> {
        Ok(Self(7))
    }
}
