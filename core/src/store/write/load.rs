//! Loading of any number of entities, with one run of them in memory.

use alloc::vec::Vec;

use super::EntityWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::EntityStore;

/// The stored length of a run, in bytes. Its entities take a few times as much memory.
const RUN_BYTES: usize = 16 << 20;

/// Stores the entities in sorted runs, each in one transaction. Returns the number of entities.
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
        // Encoded for its length alone: `put_many` takes entities, and encodes them as the schema completes them.
        buffer.clear();
        let encoded = key.encode();
        layout.encode(&encoded, &entity, &mut buffer)?;
        bytes += encoded.len() + buffer.len();
        drop(encoded);
        run.push((key, entity));
        loaded += 1;
        if bytes >= RUN_BYTES {
            put_run(store, &mut run)?;
            bytes = 0;
        }
    }
    put_run(store, &mut run)?;
    Ok(loaded)
}

fn put_run<S, K, V>(store: &S, run: &mut Vec<(K, V)>) -> Result<()>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: 'static,
{
    // Writes in key order touch each page of a B-tree once. The sort is stable, so the last of several entities under
    // the same key wins.
    run.sort_by(|(a, _), (b, _)| a.cmp(b));
    store.put_many(run)?;
    run.clear();
    Ok(())
}
