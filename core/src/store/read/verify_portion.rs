//! The comparison of some entries of a table, or of one of its indexes, with the other.

use alloc::vec::Vec;

use super::verify::{IndexedValues, parse};
use super::{Mismatch, RawReader};
use crate::backend::Partition;
use crate::error::Result;

/// Takes the key of an entry and its fault.
type Faults<'f> = dyn FnMut(&[u8], Mismatch) -> Result<()> + 'f;

impl<V: 'static> RawReader<'_, V> {
    /// Checks these entries of the partition, as [`verify`](crate::EntityReader::verify) does for all. Returns `false` if the
    /// partition is neither that of the table nor that of one of its complete indexes.
    pub(crate) fn verify_portion(
        &self,
        partition: &Partition,
        entries: &[(Vec<u8>, Vec<u8>)],
        faults: &mut Faults<'_>,
    ) -> Result<bool> {
        let layout = self.layout;
        if *partition == layout.partition {
            let rows: Vec<_> =
                entries.iter().map(|(key, stored)| IndexedValues::verified(layout, key, stored)).collect();
            self.verify_rows(&rows, &mut |mismatch| {
                let key = match &mismatch {
                    Mismatch::Unreadable { key, .. }
                    | Mismatch::NotCanonical { key }
                    | Mismatch::Missing { key, .. }
                    | Mismatch::Taken { key, .. } => key.clone(),
                    _ => Vec::new(),
                };
                faults(&key, mismatch)
            })?;
            return Ok(true);
        }
        let mut indexes = self.built_indexes().map(|(_, index)| index);
        let Some(index) = indexes.find(|index| index.entries.partition == *partition) else {
            return Ok(false);
        };
        for (entry, stored) in entries {
            let fault = &mut |mismatch| faults(entry, mismatch);
            match parse(index, entry, stored) {
                Ok(parsed) => self.verify_parsed(index, Vec::from([parsed]), fault)?,
                Err(reason) => {
                    let (index, entry) = (index.entries.name.clone(), entry.clone());
                    fault(Mismatch::Malformed { index, entry, reason })?;
                }
            }
        }
        Ok(true)
    }
}
