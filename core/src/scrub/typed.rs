//! [`ScrubbedTable`]: a table whose entries a scrub checks by the program's types.

use alloc::string::ToString;
use alloc::sync::Arc;

use super::check::{Entry, Found};
use crate::backend::{Partition, Read};
use crate::error::{ErrorKind, Result};
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::store::{Access, Layout, Mismatch, ReadSource};

/// A table whose entries a scrub checks by the program's types.
pub(super) trait ScrubbedTable: MaybeSend + MaybeSync {
    /// Checks entries of the table or of one of its indexes. Returns `false` if the partition is another one, or if the
    /// catalog has another definition of the table.
    fn check(
        &self,
        reader: &dyn Read,
        partition: &Partition,
        entries: &[Entry],
        found: &mut Found<'_>,
    ) -> Result<bool>;
}

impl<V: 'static> ScrubbedTable for Arc<Layout<V>> {
    fn check(
        &self,
        reader: &dyn Read,
        partition: &Partition,
        entries: &[Entry],
        found: &mut Found<'_>,
    ) -> Result<bool> {
        if self.partition != *partition && !partition.is_index_of(&self.partition) {
            return Ok(false);
        }
        let access = Access::new(self, ReadSource::Pinned(reader));
        let pinned = match access.pin() {
            Ok(pinned) => pinned,
            // A migration has begun since, or has not run yet.
            Err(error) => {
                return match error.kind() {
                    ErrorKind::DefinitionMismatch { .. }
                    | ErrorKind::Decode { .. }
                    | ErrorKind::NewerVersion { .. } => Ok(false),
                    _ => Err(error),
                };
            }
        };
        let faults = &mut |key: &[u8], mismatch: Mismatch| {
            found(
                key,
                if let Mismatch::Unreadable { reason, .. } = mismatch {
                    reason
                } else {
                    mismatch.to_string()
                },
            );
            Ok(())
        };
        access.reads(&pinned).verify_portion(partition, entries, faults)
    }
}
