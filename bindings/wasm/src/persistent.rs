//! [`File`]: a database that is a file, in memory or in the browser's private file system.

use std::io;

use keyloft::backend::KeyRange;
use keyloft::{Error, Read, Result};
use keyloft_redb::{MemoryFile, Options, RedbBackend, Storage};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::database::Database;
use crate::failure::{self, Failure};
use crate::module::Engine;
use crate::protocol::op;
use crate::wire::{Request, Response};

/// What errors call a file that came as bytes.
const GIVEN: &str = "the given bytes";

/// How many bytes of a file are given at once: a response of so many is in a buffer that is kept.
const PART: usize = (1 << 20) - 64;

/// How many bytes redb may copy while it verifies what is in memory already.
const CHECK_CACHE_BYTES: usize = 4 << 20;

#[wasm_bindgen]
impl Engine {
    /// A database that begins in an empty file.
    #[wasm_bindgen(js_name = newImage)]
    pub fn new_image() -> std::result::Result<Self, JsValue> {
        Self::in_file(&RedbBackend::options(), GIVEN, MemoryFile::from(Vec::new()))
    }

    /// Opens the database whose file has these bytes. Every checksum is verified: nobody knows where they come from.
    #[wasm_bindgen(js_name = fromImage)]
    pub fn from_image(bytes: Vec<u8>) -> std::result::Result<Self, JsValue> {
        if bytes.is_empty() {
            let (path, reason) = (GIVEN.to_owned(), "it is empty".to_owned());
            return Err(thrown(Error::NotADatabase { path, reason }));
        }
        Self::in_file(&RedbBackend::options().check_on_open(true), GIVEN, MemoryFile::from(bytes))
    }

    /// The bytes of a database's file, after redb has opened, verified and closed it: what was left open is recovered.
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

/// The file that a database is in, and the database in it.
pub(crate) struct File {
    backend: RedbBackend,
    storage: Box<dyn Storage>,
}

impl Engine {
    /// Opens the database in a file that errors call by this name.
    pub(crate) fn in_file(
        options: &Options,
        name: &str,
        storage: impl Storage + Clone,
    ) -> std::result::Result<Self, JsValue> {
        let backend = options.with_storage_named(name, storage.clone()).map_err(thrown)?;
        let file = File { backend: backend.clone(), storage: Box::new(storage) };
        Ok(Self::new(Database::new(backend).in_file(file)))
    }
}

impl Database {
    /// Does what only a database in a file can do.
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
                        // One that has failed commits nothing more, and its last commit is in the file.
                        Ok(()) | Err(Error::Backend { .. } | Error::StorageFull { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                file.write_part(u64::try_from(offset).unwrap_or(u64::MAX), out)?;
            }
            op::COMPACT => out.flag(file.backend.compact()?),
            op::STATS => {
                let mut entries = 0;
                for partition in file.backend.partitions()?.iter().filter(|partition| !partition.is_index()) {
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
    /// Writes how long the file is, and the part of it that begins there: as the last commit has left it, for all of them are
    /// on the disk when they return.
    fn write_part(&self, offset: u64, out: &mut Response<'_>) -> failure::Result<()> {
        let len = self.len()?;
        out.u64(len);
        let part = usize::try_from(len.saturating_sub(offset)).unwrap_or(PART).min(PART);
        out.make_room(part)?;
        let (start, out) = (out.mark(), out.buffer());
        out.resize(start + part, 0);
        let part = out.get_mut(start..).unwrap_or_default();
        Ok(self.storage.read(offset, part).map_err(|source| failed("read the file", source))?)
    }

    fn len(&self) -> Result<u64> {
        self.storage.len().map_err(|source| failed("measure the file", source))
    }
}

fn failed(action: &'static str, source: io::Error) -> Error {
    Error::Backend { engine: "redb", action, source: Box::new(source) }
}

/// An error that is thrown as bytes, in the form of a response: where there is no database yet to respond.
pub(crate) fn thrown(failure: impl Into<Failure>) -> JsValue {
    let mut bytes = Vec::new();
    failure.into().write(&mut Response::new(&mut bytes));
    bytes.into()
}
