//! The databases as files: which there are, and taking them in, out and away whole.

use js_sys::Uint8Array;
use keyloft::{Error, Result};
use keyloft_redb::{Bytes, RedbBackend};
use wasm_bindgen::JsValue;
use web_sys::{File, FileSystemFileHandle, FileSystemWritableFileStream};

use crate::exception::{Exception, done, failed, offers, unavailable};
use crate::folder::{Folder, holds_something};
use crate::name::Name;
use crate::storage::is_born;

/// How much is copied to the browser at once.
const CHUNK: usize = 4 << 20;

/// How many bytes redb may copy while it verifies what is in memory already.
const CHECK_CACHE_BYTES: usize = 4 << 20;

/// The names of the databases, in their order. Those that are open are among them.
///
/// # Errors
///
/// [`StorageUnavailable`](Error::StorageUnavailable), and what the browser reports.
pub async fn list() -> Result<Vec<String>> {
    Folder::get().await?.names().await
}

/// Whether there is a database of this name. It may be open.
///
/// # Errors
///
/// [`InvalidDatabaseName`](Error::InvalidDatabaseName), [`StorageUnavailable`](Error::StorageUnavailable), and what the
/// browser reports.
pub async fn exists(name: &str) -> Result<bool> {
    let name = Name::new(name)?;
    match Folder::get().await?.file(name).await? {
        Some(file) => {
            holds_something(&file).await.map_err(|thrown| failed(&name.place(), "look at the file", thrown))
        }
        None => Ok(false),
    }
}

/// Deletes the database of this name; whether there was one.
///
/// # Errors
///
/// [`DatabaseLocked`](Error::DatabaseLocked) while it is open, and as [`exists`].
pub async fn delete(name: &str) -> Result<bool> {
    let name = Name::new(name)?;
    Folder::get().await?.remove(name).await
}

/// The file of the database of this name, to be saved elsewhere: any program with redb opens it.
///
/// # Errors
///
/// [`DatabaseMissing`](Error::DatabaseMissing), [`DatabaseLocked`](Error::DatabaseLocked) while it is open, and as
/// [`exists`].
pub async fn download(name: &str) -> Result<Vec<u8>> {
    let name = Name::new(name)?;
    let missing = || Error::DatabaseMissing { path: name.place() };
    let file = Folder::get().await?.file(name).await?.ok_or_else(missing)?;
    whole(&file)?;
    let bytes = read(&file).await.map_err(|thrown| failed(&name.place(), "read the file", thrown))?;
    if is_born(&bytes) { Ok(bytes) } else { Err(missing()) }
}

/// Puts a database file in the place of the database of this name, or in a new one's: all of it or, whatever happens on
/// the way, nothing.
///
/// The bytes are opened and every checksum is verified first. A file that was not closed properly is recovered by that,
/// so what is stored is not always the same bytes.
///
/// # Errors
///
/// [`NotADatabase`](Error::NotADatabase) or [`Corrupted`](Error::Corrupted) if the bytes are no sound database,
/// [`DatabaseLocked`](Error::DatabaseLocked) while one of this name is open, and as [`exists`].
pub async fn upload(name: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
    let name = Name::new(name)?;
    let folder = Folder::get().await?;
    let bytes = checked(name, bytes.into())?;
    let file = folder.file_or_new(name).await?;
    whole(&file)?;
    replace(&file, &bytes).await.map_err(|thrown| failed(&name.place(), "write the file", thrown))
}

/// Refuses where a file can't be locked and replaced as a whole.
fn whole(file: &FileSystemFileHandle) -> Result<()> {
    if offers(file, "createWritable") { Ok(()) } else { Err(unavailable("the browser is too old")) }
}

/// The bytes, after redb has opened, verified and closed them.
fn checked(name: Name<'_>, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let path = format!("the upload for {}", name.place());
    if !is_born(&bytes) {
        return Err(Error::NotADatabase { path, reason: "it does not begin as one does".to_owned() });
    }
    let bytes = Bytes::from(bytes);
    let options = RedbBackend::options().check_on_open(true).cache_bytes(CHECK_CACHE_BYTES);
    options.with_storage_named(&path, bytes.clone())?.close()?;
    Ok(bytes.take())
}

/// The bytes of the file, which nobody may open meanwhile.
async fn read(file: &FileSystemFileHandle) -> Result<Vec<u8>, Exception> {
    let beside = Beside::of(file).await?;
    let bytes = async {
        let file: File = done(file.get_file()).await?;
        let buffer: JsValue = done(file.array_buffer()).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    };
    let bytes = bytes.await;
    beside.drop_it().await;
    bytes
}

/// Writes the bytes beside the file, and then puts them in its place.
async fn replace(file: &FileSystemFileHandle, bytes: &[u8]) -> Result<(), Exception> {
    let beside = Beside::of(file).await?;
    for chunk in bytes.chunks(CHUNK) {
        if let Err(thrown) = beside.write(chunk).await {
            beside.drop_it().await;
            return Err(thrown);
        }
    }
    done::<JsValue>(beside.stream.close()).await?;
    Ok(())
}

/// A file that is written beside another one, which nobody can open as long as this is there.
struct Beside {
    stream: FileSystemWritableFileStream,
}

impl Beside {
    async fn of(file: &FileSystemFileHandle) -> Result<Self, Exception> {
        Ok(Self { stream: done(file.create_writable()).await? })
    }

    async fn write(&self, bytes: &[u8]) -> Result<(), Exception> {
        // A copy: the memory that a slice is a window on may move before the browser has read it.
        let copy = Uint8Array::from(bytes);
        done::<JsValue>(self.stream.write_with_js_u8_array(&copy)?).await?;
        Ok(())
    }

    /// Leaves the other one as it is.
    async fn drop_it(self) {
        // The browser drops it with the page at the latest; that it could not do it now says nothing new.
        let _ = done::<JsValue>(self.stream.abort()).await;
    }
}
