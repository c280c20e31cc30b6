//! The browser's private files. JavaScript finds and locks them itself, because that waits for the browser, and nothing
//! waits here.

use keyloft_opfs::OpfsStorage;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::FileSystemSyncAccessHandle;

use crate::module::Engine;

#[wasm_bindgen]
impl Engine {
    /// Opens the database in a locked file, or creates one in an empty file. With `check`, every checksum is verified. The
    /// file is closed with the database, or when the database can't be opened.
    #[wasm_bindgen(js_name = inPrivateFile)]
    pub fn in_private_file(
        file: FileSystemSyncAccessHandle,
        place: &str,
        check: bool,
    ) -> std::result::Result<Self, JsValue> {
        let options = keyloft_opfs::options().check_on_open(check);
        Self::in_file(&options, place, OpfsStorage::from(file))
    }
}

/// Closes all files after a crash of the module.
#[wasm_bindgen]
pub fn abandon() {
    keyloft_opfs::abandon();
}
