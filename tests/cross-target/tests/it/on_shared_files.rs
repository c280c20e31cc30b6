//! redb on files that several handles have open, as several processes do.

use std::sync::Arc;

use keyloft::backend::{BackendId, TransactionBody};
use keyloft::{Read, Result, Snapshot, StorageBackend, Transaction, delegate_reads, delegate_writes};
use keyloft_conformance::{Fixture, Place};
use keyloft_redb::{RedbBackend, Sharing};

use crate::on_files::RedbOnFiles;

/// One handle to each file, opened with this sharing.
pub(crate) struct Alone {
    files: RedbOnFiles,
    sharing: Sharing,
}

impl Alone {
    pub(crate) fn with(sharing: Sharing) -> Self {
        Self { files: RedbOnFiles::default(), sharing }
    }
}

impl Fixture for Alone {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(RedbBackend::options().sharing(self.sharing).create_new(self.files.file()).unwrap())
    }

    fn place(&self) -> Option<Place> {
        let (path, sharing) = (self.files.file(), self.sharing);
        Some(Box::new(move || Arc::new(RedbBackend::options().sharing(sharing).create(&path).unwrap())))
    }
}

/// Two handles to each file: the data are read through one, and written through the other.
pub(crate) struct Elsewhere {
    files: RedbOnFiles,
    reader: Reader,
}

/// The handle that the data are read through.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    /// It could write, too.
    MultiWriter,
    ReadOnly,
}

impl Elsewhere {
    pub(crate) fn read_by(reader: Reader) -> Self {
        Self { files: RedbOnFiles::default(), reader }
    }
}

impl Fixture for Elsewhere {
    fn open(&self) -> Arc<dyn StorageBackend> {
        let open = self.place().unwrap();
        open()
    }

    fn place(&self) -> Option<Place> {
        let (path, reader) = (self.files.file(), self.reader);
        Some(Box::new(move || {
            let multi_writer = RedbBackend::options().sharing(Sharing::MultiWriter);
            let single_writer = RedbBackend::options().sharing(Sharing::SingleWriter);
            let (there, here) = match reader {
                Reader::MultiWriter => (multi_writer.create(&path), multi_writer.open(&path)),
                Reader::ReadOnly => (single_writer.create(&path), RedbBackend::open_read_only(&path)),
            };
            Arc::new(TwoHandles { here: here.unwrap(), there: there.unwrap() })
        }))
    }
}

/// Reads through one handle and writes through another.
struct TwoHandles {
    here: RedbBackend,
    there: RedbBackend,
}

impl Read for TwoHandles {
    delegate_reads!(
        self => self.here;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, read_time
    );

    fn backend_id(&self) -> Option<BackendId> {
        self.there.backend_id()
    }
}

impl StorageBackend for TwoHandles {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(HereAndThere { snapshot: self.here.snapshot()?, id: self.backend_id() }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let catalogs = self.there.catalog_stamp();
        self.there.transact(&mut |tx| body(&mut Unstamped(tx)))?;
        // A feed tells at once of a commit here, although it was made there. A follower would have read it first.
        if self.there.catalog_stamp() != catalogs {
            self.here.snapshot()?;
        }
        Ok(())
    }

    fn commits_in_order(&self) -> bool {
        self.there.commits_in_order()
    }
}

/// A transaction that looks into the catalogs. Its stamp would be compared with those of the other handle.
struct Unstamped<'a>(&'a mut dyn Transaction);

impl Read for Unstamped<'_> {
    delegate_reads!(
        self => *self.0;
        get, scan, partitions, get_many, get_batch, contains, count, backend_id, read_time
    );
}

impl Transaction for Unstamped<'_> {
    delegate_writes!(self => *self.0);
}

/// A snapshot of one handle that counts as one of the other.
struct HereAndThere {
    snapshot: Arc<dyn Snapshot>,
    id: Option<BackendId>,
}

impl Read for HereAndThere {
    delegate_reads!(
        self => *self.snapshot;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, read_time
    );

    fn backend_id(&self) -> Option<BackendId> {
        self.id
    }
}

impl Snapshot for HereAndThere {}
