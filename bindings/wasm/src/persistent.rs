//! [`File`]: the file of a database, in memory or in the browser's private file system.

use std::io;

use keyloft::backend::{KeyRange, Read};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Result};
use keyloft_redb::{MemoryFile, Options, RedbBackend, Storage};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::database::Database;
use crate::failure::{self, Failure, thrown};
use crate::module::Engine;
use crate::protocol::op;
use crate::wire::{Request, Response};

/// The name that errors have for a file that came as bytes.
const GIVEN: &str = "the given bytes";

/// The number of bytes of a file in one response, whose buffer is still kept.
const CHUNK_BYTES: usize = (1 << 20) - 64;

/// The size of redb's cache while it verifies a file that is in memory already.
const CHECK_CACHE_BYTES: usize = 4 << 20;

#[wasm_bindgen]
impl Engine {
    /// Creates a database in an empty file.
    #[wasm_bindgen(js_name = newImage)]
    pub fn new_image() -> std::result::Result<Self, JsValue> {
        Self::in_file(&RedbBackend::options(), GIVEN, MemoryFile::from(Vec::new()))
    }

    /// Opens the database whose file has these bytes. Every checksum is verified, because the bytes come from outside.
    #[wasm_bindgen(js_name = fromImage)]
    pub fn from_image(bytes: Vec<u8>) -> std::result::Result<Self, JsValue> {
        if bytes.is_empty() {
            let (place, reason) = (Place::at_path(GIVEN), "it is empty".to_owned());
            return Err(thrown(ErrorKind::NotADatabase { place, reason }));
        }
        Self::in_file(&RedbBackend::options().check_on_open(true), GIVEN, MemoryFile::from(bytes))
    }

    /// Returns the bytes of a database's file after redb has opened, verified and closed it. A file that was left open is
    /// recovered.
    #[wasm_bindgen(js_name = soundImage)]
    pub fn sound_image(place: &str, bytes: Vec<u8>) -> std::result::Result<Vec<u8>, JsValue> {
        let bytes = MemoryFile::from(bytes);
        let options = RedbBackend::options().check_on_open(true).cache_bytes(CHECK_CACHE_BYTES);
        let checked = options.with_storage_named(place, bytes.clone()).and_then(|backend| backend.close());
        checked.map_err(thrown)?;
        Ok(bytes.take())
    }

    /// Closes the database, if it is in a file.
    pub fn close(&self) -> usize {
        self.respond(0, |_, _| Ok(self.database.file.as_ref().map_or(Ok(()), |file| file.backend.close())?))
    }
}

/// The file of a database, and redb on it.
pub(crate) struct File {
    backend: RedbBackend,
    storage: Box<dyn Storage>,
    name: String,
}

impl Engine {
    /// Opens the database in a file, for which errors have this name.
    pub(crate) fn in_file(
        options: &Options,
        name: &str,
        storage: impl Storage + Clone,
    ) -> std::result::Result<Self, JsValue> {
        let backend = options.with_storage_named(name, storage.clone()).map_err(thrown)?;
        let file = File { backend: backend.clone(), storage: Box::new(storage), name: name.to_owned() };
        Ok(Self::new(Database::new(backend).in_file(file)))
    }
}

impl Database {
    /// Runs an operation that only a database in a file has.
    pub(crate) fn call_file(
        &self,
        op: u8,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let file = self.file.as_ref().ok_or_else(|| {
            Failure::argument("this database is in memory and has no file: `export` gives what it holds")
        })?;
        match op {
            op::IMAGE => {
                let offset = request.i64()?;
                if offset == 0 {
                    match file.backend.checkpoint() {
                        // After a failure the database commits nothing more, and its last commit is in the file.
                        Ok(()) => {}
                        Err(error) => match error.kind() {
                            ErrorKind::Backend { .. }
                            | ErrorKind::StorageFull { .. }
                            | ErrorKind::StorageFailed { .. } => {}
                            _ => return Err(error.into()),
                        },
                    }
                }
                file.write_chunk(u64::try_from(offset).unwrap_or(u64::MAX), out)?;
            }
            op::COMPACT => out.flag(file.backend.compact()?),
            op::STATS => {
                let mut entries = 0;
                let is_counted = |partition: &&Partition| !partition.is_index() && !partition.is_catalog();
                for partition in file.backend.partitions()?.iter().filter(is_counted) {
                    entries += file.backend.count(partition, KeyRange::ALL)?;
                }
                let stats = file.backend.stats()?;
                out.u64(entries);
                out.u64(file.len()?);
                out.u64(stats.stored_bytes);
                out.u64(stats.metadata_bytes);
                out.u64(stats.fragmented_bytes);
            }
            _ => return Err(Failure::argument("there is no such operation")),
        }
        Ok(())
    }
}

impl File {
    /// Writes the length of the file, and the chunk at this offset. The file is as the last commit left it, because every
    /// commit is synced before it returns.
    fn write_chunk(&self, offset: u64, out: &mut Response<'_>) -> failure::Result<()> {
        let len = self.len()?;
        out.u64(len);
        let chunk = usize::try_from(len.saturating_sub(offset)).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        out.reserve(chunk)?;
        let (start, out) = (out.position(), out.buffer());
        out.resize(start + chunk, 0);
        let chunk = out.get_mut(start..).unwrap_or_default();
        Ok(self.storage.read(offset, chunk).map_err(|source| self.failed("read", source))?)
    }

    fn len(&self) -> Result<u64> {
        self.storage.len().map_err(|source| self.failed("measure", source))
    }

    fn failed(&self, action: &'static str, source: io::Error) -> Error {
        let place = Place::at_path(&*self.name);
        Error::from(ErrorKind::Backend { place, engine: "redb", action, source: Box::new(source) })
    }
}
