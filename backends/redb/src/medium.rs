//! [`Medium`]: the place of a database's bytes, from which it can be opened more than once.

use std::fmt;
use std::io;
use std::sync::Arc;

use keyloft::Result;
use redb::StorageBackend;

use crate::error::OpenMode;

/// The place of a database's bytes: a file, or a storage of the caller.
pub(crate) trait Medium: fmt::Debug + Send + Sync {
    /// Connects to the bytes. `lost_sync` is `true` if a sync of the last connection has failed.
    ///
    /// # Errors
    ///
    /// [`SyncFailed`](keyloft::ErrorKind::SyncFailed) if the bytes that the system shows may differ from those on the disk, and
    /// errors of the system.
    fn connect(&self, mode: OpenMode, lost_sync: bool) -> Result<Connection>;

    /// Makes the creation of the file durable. It is called after an opening that may have created it.
    fn sync_creation(&self) -> io::Result<()>;

    fn is_file(&self) -> bool;
}

/// A connection to the bytes of a database.
pub(crate) struct Connection {
    pub(crate) storage: Arc<dyn StorageBackend>,
    /// The system's cache of the storage, if there is one that may differ from it.
    pub(crate) cache: Option<Box<dyn Cache>>,
    /// `true` if the storage can't be connected to again after a close.
    pub(crate) stays_open: bool,
}

/// The system's cache of a storage.
pub(crate) trait Cache: fmt::Debug + Send + Sync {
    /// Makes the next read of the header come from the disk.
    fn forget_header(&self) -> io::Result<()>;

    /// Makes the next read of any byte come from the disk.
    fn forget_all(&self) -> io::Result<()>;

    /// Notes that a sync has failed.
    fn distrust(&self);
}

/// A storage of the caller.
#[derive(Debug)]
pub(crate) struct Given {
    storage: Arc<dyn StorageBackend>,
    name: String,
}

impl Given {
    pub(crate) fn new(storage: impl StorageBackend, name: &str) -> Self {
        Self { storage: Arc::new(storage), name: name.to_owned() }
    }
}

impl Medium for Given {
    fn connect(&self, _: OpenMode, lost_sync: bool) -> Result<Connection> {
        // Nothing is known about the caches under the storage.
        if lost_sync {
            return Err(keyloft::ErrorKind::SyncFailed {
                place: keyloft::error::Place::at_path(&*self.name),
            }
            .into());
        }
        Ok(Connection { storage: Arc::clone(&self.storage), cache: None, stays_open: true })
    }

    fn sync_creation(&self) -> io::Result<()> {
        Ok(())
    }

    fn is_file(&self) -> bool {
        false
    }
}
