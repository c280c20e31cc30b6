//! [`Folder`]: the folder of the databases in the origin's private files.

use js_sys::{IteratorNext, Uint8Array};
use keyloft::Result;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, StorageManager,
};

use crate::exception::{Exception, done, failed, offers, property, unavailable};
use crate::name::{FOLDER, Name};
use crate::storage::is_born;

/// How much of a file is read to see whether it is a database: more than the mark that begins one.
const HEAD_LEN: i32 = 64;

/// The folder, which is created if it is missing.
pub(crate) struct Folder {
    handle: FileSystemDirectoryHandle,
}

impl Folder {
    pub(crate) async fn get() -> Result<Self> {
        let storage = property(&property(&js_sys::global(), "navigator"), "storage");
        if !offers(&storage, "getDirectory") {
            return Err(unavailable(
                "this is no browser, the page is not served securely, or the browser is too old",
            ));
        }
        let storage: StorageManager = storage.unchecked_into();
        let root: FileSystemDirectoryHandle = done(storage.get_directory())
            .await
            .map_err(|thrown| unavailable(format!("the browser refuses it, {thrown}")))?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let handle = done(root.get_directory_handle_with_options(FOLDER, &options)).await;
        Ok(Self { handle: handle.map_err(|thrown| failed(FOLDER, "open the folder", thrown))? })
    }

    /// The file of a database, if there is one.
    pub(crate) async fn file(&self, name: Name<'_>) -> Result<Option<FileSystemFileHandle>> {
        match done(self.handle.get_file_handle(&name.file())).await {
            Ok(file) => Ok(Some(file)),
            Err(thrown) if thrown.is("NotFoundError") => Ok(None),
            Err(thrown) => Err(failed(&name.place(), "find the file", thrown)),
        }
    }

    /// The file of a database, created empty if there is none.
    pub(crate) async fn file_or_new(&self, name: Name<'_>) -> Result<FileSystemFileHandle> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        done(self.handle.get_file_handle_with_options(&name.file(), &options))
            .await
            .map_err(|thrown| failed(&name.place(), "create the file", thrown))
    }

    /// Deletes the file of a database; whether there was one.
    pub(crate) async fn remove(&self, name: Name<'_>) -> Result<bool> {
        match done::<JsValue>(self.handle.remove_entry(&name.file())).await {
            Ok(_) => Ok(true),
            Err(thrown) if thrown.is("NotFoundError") => Ok(false),
            Err(thrown) => Err(failed(&name.place(), "delete the file", thrown)),
        }
    }

    /// The names of the databases, in their order.
    pub(crate) async fn names(&self) -> Result<Vec<String>> {
        const ACTION: &str = "list the databases";
        let entries = self.handle.values();
        let mut names = Vec::new();
        loop {
            let next = entries.next().map_err(|thrown| failed(FOLDER, ACTION, Exception::from(thrown)))?;
            let next: JsValue = done(next).await.map_err(|thrown| failed(FOLDER, ACTION, thrown))?;
            let next: IteratorNext = next.unchecked_into();
            if next.done() {
                break;
            }
            // What is no file is a folder of somebody else's.
            let Ok(file) = next.value().dyn_into::<FileSystemFileHandle>() else { continue };
            let file_name = file.name();
            if let Some(name) = Name::of_file(&file_name)
                && holds_something(&file).await.map_err(|thrown| failed(&name.place(), ACTION, thrown))?
            {
                names.push(name.as_str().to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// Whether a file holds anything but what is left of a creation that was cut off. It may be open elsewhere.
pub(crate) async fn holds_something(file: &FileSystemFileHandle) -> Result<bool, Exception> {
    let file: File = match done(file.get_file()).await {
        Ok(file) => file,
        Err(thrown) if thrown.is("NotFoundError") => return Ok(false),
        Err(thrown) => return Err(thrown),
    };
    if file.size() == 0.0 {
        return Ok(false);
    }
    let head: Blob = file.slice_with_i32_and_i32(0, HEAD_LEN)?;
    match done::<JsValue>(head.array_buffer()).await {
        Ok(head) => Ok(is_born(&Uint8Array::new(&head).to_vec())),
        // Somebody writes to it at this moment.
        Err(thrown) if thrown.is("NotReadableError") => Ok(true),
        Err(thrown) => Err(thrown),
    }
}
