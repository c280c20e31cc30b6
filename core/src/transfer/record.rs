//! Records: the partitions and entries of a stream.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;
use core::str;

use super::Source;
use super::block::BlockReader;
use super::summary::Tally;
use crate::backend::{
    Direction, KeyRange, MAX_INDEX_KEY_LEN, MAX_KEY_LEN, MAX_PARTITION_LEN, MAX_VALUE_LEN, Partition, Read,
    check_entry,
};
use crate::error::{ErrorKind, Place, Result};

/// The first byte of a record.
const PARTITION: u8 = 1;
const ENTRY: u8 = 2;

/// Returns `true` for an entry that is to be written: of a partition, with a key and a value.
pub(super) type Keep<'a> = dyn FnMut(&Partition, &[u8], &[u8]) -> Result<bool> + 'a;

/// Writes the entries of the snapshot that `keep` accepts.
///
/// It refuses entries out of order, as an import does. The damage is then found when a backup is made, not when it is
/// needed.
pub(super) fn write_all(
    snapshot: &(impl Read + ?Sized),
    keep: &mut Keep<'_>,
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Tally> {
    let mut tally = Tally::default();
    for partition in snapshot.partitions()? {
        let corrupted =
            |reason| ErrorKind::Corrupted { place: Place::of(&partition), detail: String::from(reason) };
        let mut entered = false;
        let mut written = Ok(());
        snapshot.scan(&partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
            written = (|| {
                check_entry(&partition, key, value)?;
                if !keep(&partition, key, value)? {
                    return Ok(());
                }
                if !entered {
                    entered = true;
                    tally.enter(partition.clone()).map_err(corrupted)?;
                    write_partition(&partition, out)?;
                }
                tally.count(key, value).map_err(corrupted)?;
                write_entry(key, value, out)
            })();
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written?;
    }
    Ok(tally)
}

/// Takes an entry: its partition, key and value.
pub(super) type Take<'a> = dyn FnMut(&Partition, &[u8], &[u8]) -> Result<()> + 'a;

/// Passes every entry of the stream to `take`, in order.
pub(super) fn read_all(blocks: &mut BlockReader<impl Source>, take: &mut Take<'_>) -> Result<Tally> {
    let mut tally = Tally::default();
    let (mut key, mut value) = (Vec::new(), Vec::new());
    while let Some(kind) = blocks.byte()? {
        match kind {
            PARTITION => {
                let partition = read_partition(blocks, &mut key)?;
                tally.enter(partition).map_err(|reason| blocks.invalid(reason))?;
            }
            ENTRY => {
                let Some(partition) = tally.partition().cloned() else {
                    return Err(blocks.invalid("an entry comes before any partition"));
                };
                read_entry(blocks, &partition, &mut key, &mut value)?;
                tally.count(&key, &value).map_err(|reason| blocks.invalid(reason))?;
                take(&partition, &key, &value)?;
            }
            _ => return Err(blocks.invalid("a record is neither a partition nor an entry")),
        }
    }
    tally.leave().map_err(|reason| blocks.invalid(reason))?;
    Ok(tally)
}

fn write_partition(partition: &Partition, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let name = partition.as_str().as_bytes();
    let [low, high] = u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes();
    out(&[PARTITION, low, high])?;
    out(name)
}

fn write_entry(key: &[u8], value: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let [k0, k1] = u16::try_from(key.len()).unwrap_or(u16::MAX).to_le_bytes();
    let [v0, v1, v2, v3] = u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes();
    out(&[ENTRY, k0, k1, v0, v1, v2, v3])?;
    out(key)?;
    out(value)
}

fn read_partition(blocks: &mut BlockReader<impl Source>, buffer: &mut Vec<u8>) -> Result<Partition> {
    let len = blocks.length(2)?;
    if len == 0 || len > MAX_PARTITION_LEN {
        return Err(blocks.invalid("the name of a partition is empty or too long"));
    }
    blocks.fill(len, buffer)?;
    match str::from_utf8(buffer) {
        Ok(name) => Ok(Partition::from_stored(name)),
        Err(_) => Err(blocks.invalid("the name of a partition is not UTF-8")),
    }
}

fn read_entry(
    blocks: &mut BlockReader<impl Source>,
    partition: &Partition,
    key: &mut Vec<u8>,
    value: &mut Vec<u8>,
) -> Result<()> {
    let key_len = blocks.length(2)?;
    let value_len = blocks.length(4)?;
    if key_len > if partition.is_index() { MAX_INDEX_KEY_LEN } else { MAX_KEY_LEN } {
        return Err(blocks.invalid("a key is too long"));
    }
    if value_len > MAX_VALUE_LEN {
        return Err(blocks.invalid("a value is too long"));
    }
    blocks.fill(key_len, key)?;
    blocks.fill(value_len, value)
}
