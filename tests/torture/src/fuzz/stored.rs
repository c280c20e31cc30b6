//! Bytes that stand in a database: values of every entity, and entries of the catalog.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::tables::system::{Job, LiveQuery, Namespace, Storage, SystemEntity, TableMetadata, User};
use keyloft::value::{Envelope, seal_payload};
use keyloft::{Partition, Read, catalog};
use keyloft_memory::MemoryBackend;

use crate::decoding::wide::Wide;
use crate::failure::{Outcome, same};
use crate::workload::{Batch, Item, Tables};

/// A value is refused, or what is read survives being written. The first byte chooses the entity.
pub(super) fn entities(input: &[u8]) -> Outcome {
    let Some((choice, bytes)) = input.split_first() else { return Ok(()) };
    // It must not panic.
    let _opened = Envelope::open(&"fuzz".into(), b"key", bytes).is_ok();
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    match choice % 8 {
        0 => value(&User::store(backend), &"1".into(), bytes),
        1 => value(&TableMetadata::store(backend), &TableId::from_strings("a", "b"), bytes),
        2 => value(&Job::store(backend), &"1".into(), bytes),
        3 => value(&Namespace::store(backend), &"1".into(), bytes),
        4 => value(&Storage::store(backend), &"1".into(), bytes),
        5 => value(&LiveQuery::store(backend), &"1".into(), bytes),
        6 => value(&Item::table(backend), &1, bytes),
        _ => value(&Wide::table(backend), &1, bytes),
    }
}

fn value<K: StorageKey, V: std::fmt::Debug + 'static>(
    store: &impl EntityStore<K, V>,
    key: &K,
    bytes: &[u8],
) -> Outcome {
    let stored = sealed(store.partition(), &key.encode(), bytes);
    let Ok(entity) = store.deserialize(key, &stored) else { return Ok(()) };
    let again = store.deserialize(key, &store.serialize(key, &entity)?)?;
    // As text, because a NaN equals nothing.
    same("an entity that was written again", &format!("{again:?}"), &format!("{entity:?}"))
}

/// Returns the version, which is the second byte, and the payload behind it in an envelope with the right checksum.
fn sealed(partition: &Partition, key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let [_, version, payload @ ..] = bytes else { return bytes.to_vec() };
    let mut stored = Vec::new();
    seal_payload(partition, key, u32::from(*version), payload, &mut stored);
    stored
}

/// An entry of the catalog that anything may have written is a typed error, or a definition that a table can be compared with.
pub(super) fn catalog(input: &[u8]) -> Outcome {
    let tables = Tables::of(Arc::new(MemoryBackend::new()));
    Batch::of(1, 0, 1).commit(&tables)?;
    let partition = tables.backend.partitions()?.into_iter().find(Partition::is_catalog);
    let (Some(partition), key) = (partition, tables.items.partition().as_str().to_owned()) else {
        return Ok(());
    };
    let stored = sealed(&partition, key.as_bytes(), input);
    tables.backend.transaction(|tx| tx.put(&partition, key.as_bytes(), &stored))?;
    let listed = catalog::tables(&*tables.backend.snapshot()?);
    let read = tables.items.scan_all();
    if let (Err(_), Ok(_)) = (&listed, &read) {
        return Err("a table is read by a definition that can't be read".to_owned().into());
    }
    for (_, entry) in listed.unwrap_or_default() {
        // They must not panic.
        let _shown = format!("{:?} {}", entry.definition, entry.definition.key);
        let _again = entry.definition.to_bytes();
    }
    let _written = tables.items.delete(&1).is_ok();
    let _migrated = tables.items.migrate().is_ok();
    Ok(())
}
