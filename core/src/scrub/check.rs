//! The checks of the entries of a step.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str;

use super::typed::ScrubbedTable;
use crate::backend::{CATALOG, Partition, Read, check_entry};
use crate::catalog::CatalogEntry;
use crate::error::{ErrorKind, Result};
use crate::value::Envelope;

/// Takes a key and the reason why its entry is damaged.
pub(super) type Found<'f> = dyn FnMut(&[u8], String) + 'f;

/// A key and a value.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

/// Checks the entries, which are a part of the partition.
pub(super) fn check(
    tables: &[Box<dyn ScrubbedTable>],
    reader: &dyn Read,
    partition: &Partition,
    entries: &[Entry],
    found: &mut Found<'_>,
) -> Result<()> {
    for (key, value) in entries {
        if let Err(error) = check_entry(partition, key, value) {
            found(key, error.to_string());
        }
    }
    check_lookups(reader, partition, entries, found)?;
    if *partition == Partition::from(CATALOG) {
        check_catalog(entries, found);
        return Ok(());
    }
    for table in tables {
        if table.check(reader, partition, entries, found)? {
            return Ok(());
        }
    }
    match CatalogEntry::read(reader, partition) {
        Ok(Some(entry)) => check_rows(&entry, partition, entries, found),
        // The scrub of the catalog reports an entry that can't be decoded.
        Ok(None) => {}
        Err(error) if matches!(error.kind(), ErrorKind::Decode { .. } | ErrorKind::NewerVersion { .. }) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Checks that lookups find the first and the last entry. In a damaged tree of pages, a scan and a lookup can take different ways.
fn check_lookups(
    reader: &dyn Read,
    partition: &Partition,
    entries: &[Entry],
    found: &mut Found<'_>,
) -> Result<()> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    for (key, value) in [first, last] {
        let mut is_same = false;
        match reader.get(partition, key, &mut |stored| is_same = stored == value) {
            Ok(_) if is_same => {}
            Ok(_) => found(key, "a scan visits it, and a lookup does not find it".into()),
            Err(error) if matches!(error.kind(), ErrorKind::Corrupted { .. }) => {
                found(key, error.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn check_catalog(entries: &[Entry], found: &mut Found<'_>) {
    for (key, value) in entries {
        let Ok(name) = str::from_utf8(key) else {
            found(key, "its key is not the name of a table".into());
            continue;
        };
        if let Err(error) = CatalogEntry::decode(&Partition::from_stored(name), value) {
            found(key, error.to_string());
        }
    }
}

/// Checks rows by the definition of their table. Values of older versions have another shape, which only the program knows.
fn check_rows(catalog: &CatalogEntry, partition: &Partition, entries: &[Entry], found: &mut Found<'_>) {
    let definition = &catalog.definition;
    for (key, value) in entries {
        if let Err(error) = definition.key.check(key) {
            found(key, error.in_partition(partition).to_string());
            continue;
        }
        let (version, payload) = if definition.has_envelope {
            match Envelope::open(partition, key, value) {
                Ok(Envelope { version, payload }) => (version, payload),
                Err(reason) => {
                    found(key, reason.to_string());
                    continue;
                }
            }
        } else {
            (definition.version, value.as_slice())
        };
        if let Some(shape) = &definition.entity
            && version == definition.version
            && let Err(error) = shape.read(payload)
        {
            found(key, error.to_string());
        }
    }
}
