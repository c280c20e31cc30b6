//! Batches of a layer that renames partitions.

use alloc::vec::Vec;
use core::iter;

use super::{Partition, Read, Transaction, Write};
use crate::error::Result;

/// Reads a batch from the partitions that `map` returns for those of the keys.
///
/// # Errors
///
/// The errors of [`Read::get_batch`].
pub fn get_batch<R: Read + ?Sized>(
    inner: &R,
    keys: &[(&Partition, &[u8])],
    map: &dyn Fn(&Partition) -> Partition,
    visit: &mut dyn FnMut(usize, &[u8]),
) -> Result<()> {
    let runs = map_runs(&mut keys.iter().map(|(partition, _)| *partition), map);
    let renamed: Vec<(&Partition, &[u8])> = each(&runs).zip(keys.iter().map(|(_, key)| *key)).collect();
    inner.get_batch(&renamed, visit)
}

/// Writes a batch to the partitions that `map` returns for those of the writes.
///
/// # Errors
///
/// The errors of [`Transaction::write_batch`].
pub fn write_batch<T: Transaction + ?Sized>(
    inner: &mut T,
    writes: &[Write<'_>],
    map: &dyn Fn(&Partition) -> Partition,
) -> Result<()> {
    let runs = map_runs(&mut writes.iter().map(|write| write.partition), map);
    let renamed: Vec<Write<'_>> =
        each(&runs).zip(writes).map(|(partition, write)| Write { partition, ..*write }).collect();
    inner.write_batch(&renamed)
}

/// A partition of the inner backend, and the number of elements in a row that are in it.
type Run = (Partition, usize);

/// Returns the new partition of each run of equal ones. A batch has few runs, and each new name is an allocation.
fn map_runs<'a>(
    partitions: &mut dyn Iterator<Item = &'a Partition>,
    map: &dyn Fn(&Partition) -> Partition,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut last = None;
    for partition in partitions {
        match runs.last_mut() {
            Some((_, len)) if last == Some(partition) => *len += 1,
            _ => runs.push((map(partition), 1)),
        }
        last = Some(partition);
    }
    runs
}

/// Returns the partition of each element.
fn each(runs: &[Run]) -> impl Iterator<Item = &Partition> {
    runs.iter().flat_map(|(partition, len)| iter::repeat_n(partition, *len))
}
