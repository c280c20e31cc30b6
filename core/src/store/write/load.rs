//! Loading: any number of entities, of which one run is in memory.

use alloc::vec::Vec;

use super::EntityWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::EntityStore;

/// The length of a run, as it is stored. In memory it takes a few times as much.
const RUN_BYTES: usize = 16 << 20;

/// Stores the entities in sorted runs, each of which is a transaction. Returns their number.
pub(in crate::store) fn load<S, K, V>(store: &S, entries: impl IntoIterator<Item = (K, V)>) -> Result<u64>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: 'static,
{
    let layout = store.schema().layout();
    let (mut run, mut bytes, mut loaded) = (Vec::new(), 0, 0);
    let mut buffer = Vec::new();
    for (key, entity) in entries {
        buffer.clear();
        let encoded = key.encode();
        layout.encode(&encoded, &entity, &mut buffer)?;
        bytes += encoded.len() + buffer.len();
        drop(encoded);
        run.push((key, entity));
        loaded += 1;
        if bytes >= RUN_BYTES {
            put(store, &mut run)?;
            bytes = 0;
        }
    }
    put(store, &mut run)?;
    Ok(loaded)
}

fn put<S, K, V>(store: &S, run: &mut Vec<(K, V)>) -> Result<()>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: 'static,
{
    // Neighbours are written one after the other, and of two under one key the later one last.
    run.sort_by(|(a, _), (b, _)| a.cmp(b));
    store.put_many(run)?;
    run.clear();
    Ok(())
}
