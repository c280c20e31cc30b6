//! The system's cache of a file that several processes have open: it is forgotten by whoever sees a failed sync, and not by an
//! opening beside a writer.

use std::io;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use redb::backends::InMemoryBackend;
use redb::{BackendError, Builder, StorageBackend};

use crate::error::OpenMode;
use crate::medium::{Cache, Connection};
use crate::opening::Opening;
use crate::sharing::Sharing;

/// A storage whose syncs fail, beside a writer or not.
#[derive(Debug)]
struct Broken {
    bytes: InMemoryBackend,
    has_writer: bool,
}

impl StorageBackend for Broken {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.bytes.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.bytes.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.bytes.write(offset, data)
    }

    fn query_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(self.has_writer)
    }
}

/// Counts how often the whole cache was forgotten.
#[derive(Clone, Debug, Default)]
struct Forgotten(Arc<AtomicUsize>);

impl Cache for Forgotten {
    fn forget_header(&self) -> io::Result<()> {
        Ok(())
    }

    fn forget_all(&self) -> io::Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn distrust(&self) {}
}

/// Opens a database that was not closed properly. Returns how often its cache was forgotten, before and after a failed sync.
fn forgotten(sharing: Sharing, has_writer: bool, mode: OpenMode) -> [usize; 2] {
    let bytes = InMemoryBackend::new();
    // As a killed process leaves it.
    let image = unclosed();
    bytes.set_len(u64::try_from(image.len()).unwrap()).unwrap();
    bytes.write(0, &image).unwrap();
    let (storage, forgotten) = (Arc::new(Broken { bytes, has_writer }), Forgotten::default());
    let connection = Connection { storage, cache: Some(Box::new(forgotten.clone())), stays_open: false };
    let opening = Opening::new(connection, mode, sharing, &Arc::default());
    opening.len().unwrap();
    let before = forgotten.0.load(Ordering::Relaxed);
    opening.sync_data().unwrap_err();
    [before, forgotten.0.load(Ordering::Relaxed)]
}

fn unclosed() -> Vec<u8> {
    let file = crate::MemoryFile::from(Vec::new());
    let database = Builder::new().create_with_backend(file.clone()).unwrap();
    let image = {
        let mut image = vec![0; usize::try_from(file.len().unwrap()).unwrap()];
        file.read(0, &mut image).unwrap();
        image
    };
    drop(database);
    image
}

#[test]
fn an_opening_forgets_what_no_writer_answers_for() {
    assert_eq!(forgotten(Sharing::Exclusive, false, OpenMode::Open)[0], 1);
    assert_eq!(forgotten(Sharing::MultiWriter, false, OpenMode::Open)[0], 1);
    assert_eq!(forgotten(Sharing::MultiWriter, true, OpenMode::Open)[0], 0);
    assert_eq!(forgotten(Sharing::SingleWriter, false, OpenMode::ReadOnly)[0], 0);
}

#[test]
fn a_failed_sync_makes_all_processes_read_the_disk() {
    assert_eq!(forgotten(Sharing::Exclusive, false, OpenMode::Open), [1, 1]);
    assert_eq!(forgotten(Sharing::SingleWriter, false, OpenMode::Open), [1, 2]);
    assert_eq!(forgotten(Sharing::MultiWriter, true, OpenMode::Open), [0, 1]);
}
