//! Operations on whole databases as files: list, delete, download and upload.

use js_sys::Uint8Array;
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Result};
use keyloft_redb::{MemoryFile, RedbBackend};
use wasm_bindgen::JsValue;
use web_sys::{File, FileSystemFileHandle, FileSystemWritableFileStream};

use super::database_name::DatabaseName;
use super::exception::{Exception, failed, has_method, resolved, unavailable};
use super::folder::{Folder, holds_database};
use super::interrupted_creation::holds_no_database;
use super::unsynced::trust;

/// The number of bytes that are copied to the browser at once.
const CHUNK: usize = 4 << 20;

/// The size of redb's page cache while it verifies an upload, whose bytes are in memory already.
const CHECK_CACHE_BYTES: usize = 4 << 20;

/// Returns the names of the databases, sorted. Open databases are included.
///
/// # Errors
///
/// [`StorageUnavailable`](ErrorKind::StorageUnavailable), and errors of the browser.
pub async fn list() -> Result<Vec<String>> {
    Folder::get().await?.names().await
}

/// Returns `true` if the database `name` exists. It may be open.
///
/// # Errors
///
/// [`InvalidDatabaseName`](ErrorKind::InvalidDatabaseName), [`StorageUnavailable`](ErrorKind::StorageUnavailable), and errors of
/// the browser.
pub async fn exists(name: &str) -> Result<bool> {
    let name = DatabaseName::new(name)?;
    match Folder::get().await?.file(name).await? {
        Some(file) => {
            holds_database(&file).await.map_err(|thrown| failed(&name.path(), "look at the file of", thrown))
        }
        None => Ok(false),
    }
}

/// Deletes the database `name`. Returns `true` if it existed.
///
/// # Errors
///
/// [`DatabaseLocked`](ErrorKind::DatabaseLocked) while it is open, and as [`exists`].
pub async fn delete(name: &str) -> Result<bool> {
    let name = DatabaseName::new(name)?;
    let existed = Folder::get().await?.remove(name).await?;
    trust(name).await?;
    Ok(existed)
}

/// Returns the bytes of the file of the database `name`. Any program with redb can open them.
///
/// # Errors
///
/// [`DatabaseMissing`](ErrorKind::DatabaseMissing), [`DatabaseLocked`](ErrorKind::DatabaseLocked) while it is open, and as
/// [`exists`].
pub async fn download(name: &str) -> Result<Vec<u8>> {
    let name = DatabaseName::new(name)?;
    let missing = || Error::from(ErrorKind::DatabaseMissing { place: name.place() });
    let file = Folder::get().await?.file(name).await?.ok_or_else(missing)?;
    require_writable_streams(&file)?;
    let bytes = read(&file).await.map_err(|thrown| failed(&name.path(), "read the file of", thrown))?;
    if holds_no_database(&bytes) { Err(missing()) } else { Ok(bytes) }
}

/// Replaces the database `name` by the bytes of a database file, or creates it from them. After an error nothing has
/// changed.
///
/// It opens the bytes and verifies every checksum first. That recovers a file that was not closed properly, so the
/// stored bytes may differ from `bytes`.
///
/// # Errors
///
/// [`NotADatabase`](ErrorKind::NotADatabase) or [`Corrupted`](ErrorKind::Corrupted) if the bytes are not a sound database,
/// [`DatabaseLocked`](ErrorKind::DatabaseLocked) while the database is open, and as [`exists`].
pub async fn upload(name: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
    let name = DatabaseName::new(name)?;
    let folder = Folder::get().await?;
    let bytes = verified(name, bytes.into())?;
    let file = folder.file_or_new(name).await?;
    require_writable_streams(&file)?;
    replace(&file, &bytes).await.map_err(|thrown| failed(&name.path(), "write the file of", thrown))?;
    trust(name).await
}

/// Refuses a browser without writable streams, which lock a file and replace it atomically.
fn require_writable_streams(file: &FileSystemFileHandle) -> Result<()> {
    if has_method(file, "createWritable") { Ok(()) } else { Err(unavailable("the browser is too old")) }
}

/// Opens the bytes with redb, verifies them, and returns them closed.
fn verified(name: DatabaseName<'_>, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let path = format!("the upload for {}", name.path());
    if holds_no_database(&bytes) {
        let reason = "it does not begin with redb's magic number".to_owned();
        return Err(ErrorKind::NotADatabase { place: Place::at_path(path), reason }.into());
    }
    let file = MemoryFile::from(bytes);
    let options = RedbBackend::options().check_on_open(true).cache_bytes(CHECK_CACHE_BYTES);
    options.with_storage_named(&path, file.clone())?.close()?;
    Ok(file.take())
}

/// Reads the file under a lock.
async fn read(file: &FileSystemFileHandle) -> Result<Vec<u8>, Exception> {
    let lock = Replacement::begin(file).await?;
    let bytes = async {
        let file: File = resolved(file.get_file()).await?;
        let buffer: JsValue = resolved(file.array_buffer()).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    };
    let bytes = bytes.await;
    lock.abort().await;
    bytes
}

/// Writes the bytes to a new file, which then replaces `file`.
async fn replace(file: &FileSystemFileHandle, bytes: &[u8]) -> Result<(), Exception> {
    let replacement = Replacement::begin(file).await?;
    for chunk in bytes.chunks(CHUNK) {
        if let Err(thrown) = replacement.write(chunk).await {
            replacement.abort().await;
            return Err(thrown);
        }
    }
    resolved::<JsValue>(replacement.stream.close()).await?;
    Ok(())
}

/// A new file that is written beside an old one and locks it.
struct Replacement {
    stream: FileSystemWritableFileStream,
}

impl Replacement {
    async fn begin(file: &FileSystemFileHandle) -> Result<Self, Exception> {
        Ok(Self { stream: resolved(file.create_writable()).await? })
    }

    async fn write(&self, bytes: &[u8]) -> Result<(), Exception> {
        // The bytes are copied, because a view of the module's memory may become invalid before the browser has read
        // it.
        let copy = Uint8Array::from(bytes);
        resolved::<JsValue>(self.stream.write_with_js_u8_array(&copy)?).await?;
        Ok(())
    }

    /// Drops the new file and leaves the old one unchanged.
    async fn abort(self) {
        // An error does no harm: the browser drops the new file when the page is closed, at the latest.
        let _ = resolved::<JsValue>(self.stream.abort()).await;
    }
}
