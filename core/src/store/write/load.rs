//! Loading of any number of entities, with one run of them in memory.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::EntityWriter;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::EntityStore;

/// The stored length of a run, in bytes. Its entities take a few times as much memory.
const RUN_BYTES: usize = 16 << 20;

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
    let (mut run, mut bytes, mut loaded) = (Vec::new(), 0, 0);
    let mut buffer = Vec::new();
    for entry in entries {
        let (key, entity) = entry?;
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
            if report(loaded).is_break() {
                return Ok(loaded);
            }
        }
    }
    put_run(store, &mut run)?;
    let _the_end: ControlFlow<()> = report(loaded);
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
