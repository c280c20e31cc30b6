//! [`open`], [`create`] and [`create_new`]: the opening of a database by its name.

use keyloft::{Error, ErrorKind, Result};
use keyloft_redb::{Options, RedbBackend, Storage};
use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, FileSystemFileHandle, FileSystemSyncAccessHandle};

use super::database_name::DatabaseName;
use super::exception::{failed, has_method, resolved, unavailable};
use super::folder::Folder;
use super::storage::OpfsStorage;
use super::unsynced::refuse_unsynced;

/// The size of redb's page cache. It is smaller than on a native target, because a tab has little memory and the memory
/// of a module never shrinks.
const CACHE_BYTES: usize = 64 << 20;

/// Opens the database `name`, which must exist.
///
/// # Errors
///
/// [`DatabaseMissing`](ErrorKind::DatabaseMissing), [`DatabaseLocked`](ErrorKind::DatabaseLocked) while it is open in this or
/// another worker, [`SyncFailed`](ErrorKind::SyncFailed) after a failed sync, in any page or worker of the origin,
/// [`NotADatabase`](ErrorKind::NotADatabase), [`Corrupted`](ErrorKind::Corrupted),
/// [`InvalidDatabaseName`](ErrorKind::InvalidDatabaseName), or [`StorageUnavailable`](ErrorKind::StorageUnavailable) outside a
/// dedicated worker or without a private file system. After an error the file is unlocked.
pub async fn open(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::open(name).await?)
}

/// Opens the database `name`, and creates it if it is missing.
///
/// # Errors
///
/// As [`open`], without `DatabaseMissing`.
pub async fn create(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::create(name).await?)
}

/// Creates the database `name`, which must be missing.
///
/// # Errors
///
/// As [`create`], and [`DatabaseExists`](ErrorKind::DatabaseExists).
pub async fn create_new(name: &str) -> Result<RedbBackend> {
    database(name, OpfsStorage::create_new(name).await?)
}

/// Returns the options of [`open`], [`create`] and [`create_new`]: redb's defaults with a smaller page cache.
pub fn options() -> Options {
    RedbBackend::options().cache_bytes(CACHE_BYTES)
}

impl OpfsStorage {
    /// Locks the file of the database `name`, which must exist.
    ///
    /// # Errors
    ///
    /// As [`open`], without the errors about the contents of the file.
    pub async fn open(name: &str) -> Result<Self> {
        let name = DatabaseName::new(name)?;
        require_worker()?;
        let missing = || Error::from(ErrorKind::DatabaseMissing { place: name.place() });
        let file = Folder::get().await?.file(name).await?.ok_or_else(missing)?;
        let storage = Self::lock(name, &file).await?;
        if holds_no_database(name, &storage)? { Err(missing()) } else { Ok(storage) }
    }

    /// Locks the file of the database `name`, and creates an empty file if it is missing.
    ///
    /// # Errors
    ///
    /// As [`create`], without the errors about the contents of the file.
    pub async fn create(name: &str) -> Result<Self> {
        let name = DatabaseName::new(name)?;
        require_worker()?;
        let file = Folder::get().await?.file_or_new(name).await?;
        let storage = Self::lock(name, &file).await?;
        if holds_no_database(name, &storage)? {
            // redb creates a database only in an empty file.
            storage.set_len(0).map_err(|source| failed(&name.path(), "empty the file of", source))?;
        }
        Ok(storage)
    }

    /// Locks an empty file for the database `name`, which must be missing.
    ///
    /// # Errors
    ///
    /// As [`create_new`].
    pub async fn create_new(name: &str) -> Result<Self> {
        let storage = Self::create(name).await?;
        let name = DatabaseName::new(name)?;
        if holds_no_database(name, &storage)? {
            Ok(storage)
        } else {
            Err(ErrorKind::DatabaseExists { place: name.place() }.into())
        }
    }

    async fn lock(name: DatabaseName<'_>, file: &FileSystemFileHandle) -> Result<Self> {
        if !has_method(file, "createSyncAccessHandle") {
            return Err(unavailable("the browser is too old"));
        }
        let handle: FileSystemSyncAccessHandle = resolved(file.create_sync_access_handle())
            .await
            .map_err(|thrown| failed(&name.path(), "lock the file of", thrown))?;
        let storage = Self::named(handle, name);
        // Whoever has met a failed sync unlocks the file after everybody can find that.
        refuse_unsynced(name).await?;
        Ok(storage)
    }
}

/// Refuses every context but a dedicated worker, because browsers offer synchronous access to files only there.
fn require_worker() -> Result<()> {
    let is_worker = js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>();
    if is_worker {
        Ok(())
    } else {
        Err(unavailable("this is not a dedicated worker of a browser, open the database in one"))
    }
}

fn holds_no_database(name: DatabaseName<'_>, storage: &OpfsStorage) -> Result<bool> {
    storage.holds_no_database().map_err(|source| failed(&name.path(), "read the file of", source))
}

fn database(name: &str, storage: OpfsStorage) -> Result<RedbBackend> {
    let path = DatabaseName::new(name)?.path();
    options().with_storage_named(&path, storage)
}
