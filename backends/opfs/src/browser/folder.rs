//! [`Folder`]: the folder of the databases in the browser's private file system.

use js_sys::{IteratorNext, Uint8Array};
use keyloft::Result;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, StorageManager,
};

use super::database_name::{DatabaseName, FOLDER};
use super::exception::{Exception, failed, has_method, property, resolved, unavailable};
use super::interrupted_creation;

/// The number of bytes to read of a file to find its magic number, which is shorter.
const HEAD_LEN: i32 = 64;

/// The folder of the databases.
pub(crate) struct Folder {
    handle: FileSystemDirectoryHandle,
}

impl Folder {
    /// Opens the folder, and creates it if it is missing.
    pub(crate) async fn get() -> Result<Self> {
        let storage = property(&property(&js_sys::global(), "navigator"), "storage");
        if !has_method(&storage, "getDirectory") {
            return Err(unavailable(
                "this is not a browser, the page is not served securely, or the browser is too old",
            ));
        }
        let storage: StorageManager = storage.unchecked_into();
        let root: FileSystemDirectoryHandle = resolved(storage.get_directory())
            .await
            .map_err(|thrown| unavailable(format!("the browser refuses access, {thrown}")))?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let handle = resolved(root.get_directory_handle_with_options(FOLDER, &options)).await;
        Ok(Self { handle: handle.map_err(|thrown| failed(FOLDER, "open the folder", thrown))? })
    }

    /// Returns the file of a database, or `None` if it is missing.
    pub(crate) async fn file(&self, name: DatabaseName<'_>) -> Result<Option<FileSystemFileHandle>> {
        match resolved(self.handle.get_file_handle(&name.file())).await {
            Ok(file) => Ok(Some(file)),
            Err(thrown) if thrown.is("NotFoundError") => Ok(None),
            Err(thrown) => Err(failed(&name.path(), "find the file of", thrown)),
        }
    }

    /// Returns the file of a database, and creates an empty one if it is missing.
    pub(crate) async fn file_or_new(&self, name: DatabaseName<'_>) -> Result<FileSystemFileHandle> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        resolved(self.handle.get_file_handle_with_options(&name.file(), &options))
            .await
            .map_err(|thrown| failed(&name.path(), "create the file of", thrown))
    }

    /// Deletes the file of a database. Returns `true` if it existed.
    pub(crate) async fn remove(&self, name: DatabaseName<'_>) -> Result<bool> {
        match resolved::<JsValue>(self.handle.remove_entry(&name.file())).await {
            Ok(_) => Ok(true),
            Err(thrown) if thrown.is("NotFoundError") => Ok(false),
            Err(thrown) => Err(failed(&name.path(), "delete the file of", thrown)),
        }
    }

    /// Returns the names of the databases, sorted.
    pub(crate) async fn names(&self) -> Result<Vec<String>> {
        const ACTION: &str = "list the databases in";
        let entries = self.handle.values();
        let mut names = Vec::new();
        loop {
            let next = entries.next().map_err(|thrown| failed(FOLDER, ACTION, Exception::from(thrown)))?;
            let next: JsValue = resolved(next).await.map_err(|thrown| failed(FOLDER, ACTION, thrown))?;
            let next: IteratorNext = next.unchecked_into();
            if next.done() {
                break;
            }
            // This crate creates no folders here, so another program did.
            let Ok(file) = next.value().dyn_into::<FileSystemFileHandle>() else { continue };
            let file_name = file.name();
            if let Some(name) = DatabaseName::of_file(&file_name)
                && holds_database(&file).await.map_err(|thrown| failed(&name.path(), ACTION, thrown))?
            {
                names.push(name.as_str().to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// Returns `true` if a file holds anything but an interrupted creation. The file may be open elsewhere.
pub(crate) async fn holds_database(file: &FileSystemFileHandle) -> Result<bool, Exception> {
    let file: File = match resolved(file.get_file()).await {
        Ok(file) => file,
        Err(thrown) if thrown.is("NotFoundError") => return Ok(false),
        Err(thrown) => return Err(thrown),
    };
    if file.size() == 0.0 {
        return Ok(false);
    }
    let head: Blob = file.slice_with_i32_and_i32(0, HEAD_LEN)?;
    match resolved::<JsValue>(head.array_buffer()).await {
        Ok(head) => Ok(!interrupted_creation::holds_no_database(&Uint8Array::new(&head).to_vec())),
        // The file changed during the read, so it is an open database.
        Err(thrown) if thrown.is("NotReadableError") => Ok(true),
        Err(thrown) => Err(thrown),
    }
}
