//! The targets of the fuzzer in `tests/fuzz`: functions that judge any bytes.
//!
//! `tests/torture/corpus` has an input for each part of the code that the fuzzer has reached. The harness `corpus` judges them
//! again.

mod requests;
mod stored;

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use crate::decoding;
pub(crate) use crate::decoding::LooseKey;
use crate::failure::{Failure, Outcome, same};
use crate::random::Random;
use crate::workload::{Batch, Model, Tables};

/// A function that judges an input.
pub(crate) type Judge = fn(&[u8]) -> Outcome;

/// The targets by their names.
pub(crate) const TARGETS: [(&str, Judge); 9] = [
    ("keys", keys),
    ("entities", stored::entities),
    ("payloads", |input| decoding::payload(input).map(drop)),
    ("json", |input| decoding::text(&String::from_utf8_lossy(input)).map(drop)),
    ("catalog", stored::catalog),
    ("streams", streams),
    ("cursors", |input| decoding::cursor(&String::from_utf8_lossy(input)).map(drop)),
    ("requests", requests::judge),
    ("operations", operations),
];

/// Judges an input for the target of this name.
///
/// # Panics
///
/// If there is no such target, or if the input shows a fault.
#[allow(clippy::panic, reason = "a fuzzer notices a fault by a panic")]
pub fn judge(target: &str, input: &[u8]) {
    let Some((_, judge)) = TARGETS.iter().find(|(name, _)| *name == target) else {
        panic!("there is no target {target}: choose from {:?}", TARGETS.map(|(name, _)| name));
    };
    if let Err(Failure { text, .. }) = judge(input) {
        panic!("{text}");
    }
}

/// Bytes that a key is decoded from are the bytes that it is encoded to. The first byte chooses the type.
fn keys(input: &[u8]) -> Outcome {
    let Some((choice, bytes)) = input.split_first() else { return Ok(()) };
    match choice % 12 {
        0 => key::<String>(bytes),
        1 => key::<(String, u32)>(bytes),
        2 => key::<(i64, String, bool)>(bytes),
        3 => key::<(Vec<u8>, Option<u32>)>(bytes),
        4 => key::<UserRowId>(bytes),
        5 => key::<TableId>(bytes),
        6 => key::<(Option<String>, Option<u8>, Vec<u8>)>(bytes),
        7 => key::<(u128, i8)>(bytes),
        8 => key::<()>(bytes),
        9 => key::<UserId>(bytes),
        10 => key::<RowId>(bytes),
        _ => key::<(Option<(String, Vec<u8>)>, i128)>(bytes),
    }
}

fn key<K: StorageKey>(bytes: &[u8]) -> Outcome {
    let Ok(key) = K::decode(bytes) else { return Ok(()) };
    same(format_args!("the bytes of {key:?}"), &&*key.encode(), &bytes)
}

/// Judges keys that break the law on purpose.
pub(crate) fn loose_keys(input: &[u8]) -> Outcome {
    key::<LooseKey>(input)
}

/// A stream is refused without an effect, or its entries have its digest.
fn streams(input: &[u8]) -> Outcome {
    let backend = MemoryBackend::new();
    let before = transfer::digest(&backend)?;
    if transfer::import(&backend, || Ok(input)).is_err() {
        return same("the target after a refused import", &transfer::digest(&backend)?, &before);
    }
    let mut again = Vec::new();
    transfer::export(&backend, &mut again)?;
    let copy = MemoryBackend::new();
    transfer::import(&copy, || Ok(again.as_slice()))?;
    same("the digest of the copy", &transfer::digest(&copy)?, &transfer::digest(&backend)?)
}

/// The transactions that the input describes lead to the state of the model, on every backend.
fn operations(input: &[u8]) -> Outcome {
    /// The most transactions.
    const BATCHES: u64 = 6;
    let mut random = Random::from_input(input);
    let backends: [Arc<dyn StorageBackend>; 4] = [
        Arc::new(MemoryBackend::new()),
        Arc::new(RedbBackend::in_memory()?),
        Arc::new(keyloft::layers::Scoped::new(MemoryBackend::new(), "a/b")),
        Arc::new(keyloft::layers::Observed::new(crate::layers::ViaStaged(MemoryBackend::new()))),
    ];
    let tables = backends.map(Tables::of);
    let mut model = Model::default();
    for number in 1..=BATCHES {
        if random.is_used_up() {
            break;
        }
        let batch = Batch::any(&mut random, 0, number);
        let expected = batch.commit_in(&mut model);
        for tables in &tables {
            same("the end of a batch", &batch.commit(tables)?, &expected)?;
        }
    }
    tables.iter().try_for_each(|tables| tables.compare(&model))
}
