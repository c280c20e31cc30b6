//! [`open`] and its like: from a name to a database.

use keyloft::{Error, Result};
use keyloft_redb::{Options, RedbBackend, Storage};
use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, FileSystemFileHandle, FileSystemSyncAccessHandle};

use crate::exception::{done, failed, offers, unavailable};
use crate::folder::Folder;
use crate::name::Name;
use crate::storage::OpfsStorage;

/// How much memory redb may fill with pages: less than it takes natively, for a tab has little and never gives back
/// what its module once took.
const CACHE_BYTES: usize = 64 << 20;

/// Opens the database of this name, which has to be there.
///
/// # Errors
///
/// [`DatabaseMissing`](Error::DatabaseMissing), [`DatabaseLocked`](Error::DatabaseLocked) while it is open in this or
/// another worker, [`NotADatabase`](Error::NotADatabase), [`Corrupted`](Error::Corrupted),
/// [`InvalidDatabaseName`](Error::InvalidDatabaseName), [`StorageUnavailable`](Error::StorageUnavailable) outside of a
/// dedicated worker or where the browser has no private files. Whichever it is, the file is free again.
pub async fn open(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::open(name).await?)
}

/// Opens the database of this name, and creates it if there is none.
///
/// # Errors
///
/// As [`open`], but `DatabaseMissing`.
pub async fn create(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::create(name).await?)
}

/// Creates a database of this name.
///
/// # Errors
///
/// As [`create`], and [`DatabaseExists`](Error::DatabaseExists) if there is one.
pub async fn create_new(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::create_new(name).await?)
}

/// How [`open`] and its like open a database, to be changed: with less memory for pages than natively.
pub fn options() -> Options {
    RedbBackend::options().cache_bytes(CACHE_BYTES)
}

impl OpfsStorage {
    /// Locks the file of the database of this name, which has to be there.
    ///
    /// # Errors
    ///
    /// As [`open`], but what redb finds in the file.
    pub async fn open(name: &str) -> Result<Self> {
        let name = Name::new(name)?;
        in_worker()?;
        let missing = || Error::DatabaseMissing { path: name.place() };
        let file = Folder::get().await?.file(name).await?.ok_or_else(missing)?;
        let storage = Self::lock(name, &file).await?;
        if is_born(name, &storage)? { Ok(storage) } else { Err(missing()) }
    }

    /// Locks the file of the database of this name, and creates an empty one if there is none.
    ///
    /// # Errors
    ///
    /// As [`create`], but what redb finds in the file.
    pub async fn create(name: &str) -> Result<Self> {
        let name = Name::new(name)?;
        in_worker()?;
        let file = Folder::get().await?.file_or_new(name).await?;
        let storage = Self::lock(name, &file).await?;
        if !is_born(name, &storage)? {
            // redb begins a database in an empty file only.
            storage.set_len(0).map_err(|source| failed(&name.place(), "empty the file", source))?;
        }
        Ok(storage)
    }

    /// Locks an empty file for a database of this name.
    ///
    /// # Errors
    ///
    /// As [`create_new`].
    pub async fn create_new(name: &str) -> Result<Self> {
        let storage = Self::create(name).await?;
        let name = Name::new(name)?;
        if is_born(name, &storage)? {
            return Err(Error::DatabaseExists { path: name.place() });
        }
        Ok(storage)
    }

    async fn lock(name: Name<'_>, file: &FileSystemFileHandle) -> Result<Self> {
        if !offers(file, "createSyncAccessHandle") {
            return Err(unavailable("the browser is too old"));
        }
        let handle: Result<FileSystemSyncAccessHandle, _> = done(file.create_sync_access_handle()).await;
        handle.map(Self::from).map_err(|thrown| failed(&name.place(), "lock the file", thrown))
    }
}

/// Refuses what a browser gives to dedicated workers only.
fn in_worker() -> Result<()> {
    let is_worker = js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>();
    if is_worker {
        Ok(())
    } else {
        Err(unavailable("this is no dedicated worker of a browser, use it in one"))
    }
}

fn is_born(name: Name<'_>, storage: &OpfsStorage) -> Result<bool> {
    storage.is_born().map_err(|source| failed(&name.place(), "read the file", source))
}

fn database(name: &str, storage: OpfsStorage) -> Result<RedbBackend> {
    let place = Name::new(name)?.place();
    options().with_storage_named(&place, storage)
}
