//! The operations that export and import a database.

use keyloft::ErrorKind;
use keyloft::backend::{KeyRange, Read};
use keyloft::transfer::{self, Sink};

use crate::database::Database;
use crate::failure::Result;
use crate::wire::{Request, Response};

impl Database {
    #[inline(never)]
    pub(super) fn export(&self, out: &mut Response<'_>) -> Result<()> {
        let mut sink = ResponseSink { out, memory: Ok(()) };
        let exported = transfer::export(&self.backend, &mut sink);
        sink.memory?;
        Ok(exported.map(|_| ())?)
    }

    #[inline(never)]
    pub(super) fn import(&self, mut request: Request<'_>, out: &mut Response<'_>) -> Result<()> {
        if self.reserved.get() {
            return Err(ErrorKind::NestedTransaction.into());
        }
        let replacing = request.flag()?;
        let stream = request.rest();
        let open = || Ok(stream);
        let summary = if replacing {
            transfer::import_replacing(&self.backend, open)?
        } else {
            transfer::import(&self.backend, open)?
        };
        out.u64(summary.partitions);
        out.u64(summary.entries);
        out.u64(summary.bytes);
        out.text(&summary.digest.to_string());
        Ok(())
    }

    pub(super) fn digest(&self, out: &mut Response<'_>) -> Result<()> {
        out.text(&transfer::digest(&self.backend)?.to_string());
        Ok(())
    }
}

/// Writes the partitions except those of indexes and catalogs, and the number of entries of each.
#[inline(never)]
pub(super) fn write_partitions(reader: &dyn Read, out: &mut Response<'_>) -> Result<()> {
    let mut partitions = reader.partitions()?;
    partitions.retain(|partition| !partition.is_index() && !partition.is_catalog());
    for partition in &partitions {
        out.byte(1);
        out.text(partition.name());
        out.u64(reader.count(partition, KeyRange::ALL)?);
    }
    out.byte(0);
    Ok(())
}

/// The response as the sink of an export.
struct ResponseSink<'a, 'o> {
    out: &'a mut Response<'o>,
    /// The error of memory that ran out.
    memory: Result<()>,
}

impl Sink for ResponseSink<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> keyloft::Result<()> {
        self.memory = self.out.reserve(bytes.len());
        if self.memory.is_err() {
            return Err(ErrorKind::Aborted.into());
        }
        self.out.last(bytes);
        Ok(())
    }
}
