//! Calls that move everything there is.

use keyloft::backend::KeyRange;
use keyloft::transfer::{self, Sink};
use keyloft::{Error, Read};

use crate::database::Database;
use crate::failure::Result;
use crate::table::DEFINITIONS;
use crate::wire::{Request, Response};

impl Database {
    #[inline(never)]
    pub(super) fn export(&self, out: &mut Response<'_>) -> Result<()> {
        let mut sink = Exported { out, room: Ok(()) };
        let exported = transfer::export(&self.backend, &mut sink);
        sink.room?;
        Ok(exported.map(|_| ())?)
    }

    #[inline(never)]
    pub(super) fn import(&self, mut request: Request<'_>, out: &mut Response<'_>) -> Result<()> {
        if self.reserved.get() {
            return Err(Error::NestedTransaction.into());
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

/// Writes the partitions there are but for the library's own, each with how many entries it has.
#[inline(never)]
pub(super) fn write_partitions(reader: &dyn Read, out: &mut Response<'_>) -> Result<()> {
    let mut partitions = reader.partitions()?;
    partitions.retain(|partition| !partition.is_index() && partition.as_str() != DEFINITIONS);
    for partition in &partitions {
        out.byte(1);
        out.text(partition.name());
        out.u64(reader.count(partition, KeyRange::ALL)?);
    }
    out.byte(0);
    Ok(())
}

/// An export in memory, of which there may not be enough.
struct Exported<'a, 'o> {
    out: &'a mut Response<'o>,
    room: Result<()>,
}

impl Sink for Exported<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> keyloft::Result<()> {
        self.room = self.out.make_room(bytes.len());
        if self.room.is_err() {
            return Err(Error::Aborted);
        }
        self.out.last(bytes);
        Ok(())
    }
}
