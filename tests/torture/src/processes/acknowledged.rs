//! [`Acknowledged`]: the newest acknowledged transaction of a writer, which the other processes read.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::failure::Outcome;

/// The file with the number of the newest acknowledged transaction of a writer.
pub(super) struct Acknowledged(File);

impl Acknowledged {
    pub(super) fn open(database: &Path, writer: u8) -> Outcome<Self> {
        let file = path(database, writer);
        Ok(Self(File::options().create(true).truncate(false).write(true).open(file)?))
    }

    /// Acknowledges a transaction. A reader sees the whole number or the one before.
    pub(super) fn write(&mut self, number: u64) -> Outcome {
        self.0.seek(SeekFrom::Start(0))?;
        Ok(self.0.write_all(&number.to_le_bytes())?)
    }

    /// Returns the number, or 0 if nothing was acknowledged.
    pub(super) fn read(database: &Path, writer: u8) -> u64 {
        let bytes = fs::read(path(database, writer)).unwrap_or_default();
        bytes.try_into().map_or(0, u64::from_le_bytes)
    }
}

fn path(database: &Path, writer: u8) -> PathBuf {
    database.with_extension(format!("acknowledged-{writer}"))
}
