//! [`Handle`]: redb's database, for writing or only for reading.

#[cfg(not(target_family = "wasm"))]
use redb::ReadOnlyDatabase;
use redb::{Database, ReadTransaction, ReadableDatabase};

/// redb's database.
pub(crate) enum Handle {
    Writable(Database),
    #[cfg(not(target_family = "wasm"))]
    ReadOnly(ReadOnlyDatabase),
}

impl Handle {
    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, redb::Error> {
        Ok(match self {
            Self::Writable(database) => database.begin_read()?,
            #[cfg(not(target_family = "wasm"))]
            Self::ReadOnly(database) => database.begin_read()?,
        })
    }

    /// Returns the database for a write. The backend refuses writes to the other kind before.
    pub(crate) fn writable(&self) -> Result<&Database, redb::Error> {
        match self {
            Self::Writable(database) => Ok(database),
            #[cfg(not(target_family = "wasm"))]
            Self::ReadOnly(_) => Err(redb::Error::Unsupported),
        }
    }

    /// Returns the database for work that needs it alone.
    pub(crate) fn writable_mut(&mut self) -> Result<&mut Database, redb::Error> {
        match self {
            Self::Writable(database) => Ok(database),
            #[cfg(not(target_family = "wasm"))]
            Self::ReadOnly(_) => Err(redb::Error::Unsupported),
        }
    }

    pub(crate) fn close(self) -> Result<(), redb::Error> {
        let closed = match self {
            Self::Writable(database) => database.close(),
            #[cfg(not(target_family = "wasm"))]
            Self::ReadOnly(database) => database.close(),
        };
        Ok(closed?)
    }
}
