//! Loading: any number of entities, a run of which is in memory.

use alloc::vec::Vec;

use super::{Entity, EntityStore};
use crate::error::Result;
use crate::key::StorageKey;
use crate::text;

/// How long a run is, as it is stored. In memory it takes a few times as much.
const RUN_BYTES: usize = 16 << 20;

/// Stores the entities in sorted runs, each of which is a transaction; how many they were.
pub(super) fn load<S, K, V>(store: &S, entries: impl IntoIterator<Item = (K, V)>) -> Result<u64>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
{
    let (mut run, mut bytes, mut loaded) = (Vec::new(), 0, 0);
    let mut buffer = Vec::new();
    for (key, entity) in entries {
        buffer.clear();
        let encoded = key.encode();
        store
            .serialize_into(&entity, &mut buffer)
            .map_err(|error| error.at(store.partition(), &encoded, text::of_key::<K>))?;
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
    V: Entity,
{
    // Neighbours are written one after the other, and of two under one key the later one last.
    run.sort_by(|(a, _), (b, _)| a.cmp(b));
    store.put_many(run)?;
    run.clear();
    Ok(())
}
