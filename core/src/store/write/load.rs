//! Loading of any number of entities, with one run of them in memory.

use alloc::vec::Vec;
use core::mem;
use core::ops::ControlFlow;

use super::EntityWriter;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::EntityStore;

/// The stored length of a run, in bytes. Its entities take a few times as much memory.
pub(super) const RUN_BYTES: usize = 16 << 20;

/// Stores the entities in sorted runs, each in one transaction, after which `report` gets the number of stored entities. Returns
/// the number of entities that are stored at the end.
pub(in crate::store) fn load<S, K, V, E>(
    store: &S,
    entries: impl IntoIterator<Item = Result<(K, V), E>>,
    mut report: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<u64, E>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: 'static,
    E: From<Error>,
{
    let layout = store.schema().layout();
    let (mut run, mut bytes, mut loaded) = (Run::default(), 0, 0);
    let mut buffer = Vec::new();
    for entry in entries {
        let (key, entity) = entry?;
        // Encoded for its length alone: `put_many` takes entities, and encodes them as the schema completes them.
        buffer.clear();
        let encoded = key.encode();
        layout.encode(&encoded, &entity, &mut buffer)?;
        bytes += encoded.len() + buffer.len();
        run.places.push((prefix(&encoded), run.places.len()));
        drop(encoded);
        run.entries.push((key, entity));
        loaded += 1;
        if bytes >= RUN_BYTES {
            put_run(store, &mut run)?;
            bytes = 0;
            if report(loaded).is_break() {
                return Ok(loaded);
            }
        }
    }
    put_run(store, &mut run)?;
    let _the_end: ControlFlow<()> = report(loaded);
    Ok(loaded)
}

/// The entities of a transaction.
struct Run<K, V> {
    entries: Vec<(K, V)>,
    /// The [`prefix`] of each key, and the place of its entity in `entries`.
    places: Vec<(u128, usize)>,
}

impl<K, V> Default for Run<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: Vec::new() }
    }
}

/// Returns the first bytes of an encoded key, as a number of the same order. Most keys differ in them.
fn prefix(encoded: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (byte, encoded) in bytes.iter_mut().zip(encoded) {
        *byte = *encoded;
    }
    u128::from_be_bytes(bytes)
}

fn put_run<S, K, V>(store: &S, run: &mut Run<K, V>) -> Result<()>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: 'static,
{
    run.sort();
    store.put_many(&run.entries)?;
    run.entries.clear();
    Ok(())
}

impl<K: StorageKey, V> Run<K, V> {
    /// Sorts the entities by their keys, and those under the same key by their places, so that the last one wins.
    ///
    /// Writes in key order touch each page of a B-tree once. The entities are moved when their order is known: they are larger
    /// than the prefixes, and a comparison of the keys themselves reads memory that is far apart.
    fn sort(&mut self) {
        let Self { entries, places } = self;
        let key = |place: usize| entries.get(place).map(|(key, _)| key);
        places.sort_unstable_by(|(prefix, place), (other_prefix, other)| {
            prefix.cmp(other_prefix).then_with(|| key(*place).cmp(&key(*other))).then(place.cmp(other))
        });
        for start in 0..entries.len() {
            let mut place = start;
            // Each cycle of moves ends where it began.
            while let Some((_, next)) = places.get_mut(place) {
                let source = mem::replace(next, place);
                if source == start {
                    break;
                }
                entries.swap(place, source);
                place = source;
            }
        }
        places.clear();
    }
}
