//! All code of the crate. It compiles for browsers only.

mod access_handle;
mod database_name;
mod exception;
mod files;
mod folder;
mod interrupted_creation;
mod js_number;
mod open;
mod storage;
mod unsynced;

pub use access_handle::abandon;
pub use files::{delete, download, exists, list, upload};
pub use open::{create, create_new, open, options};
pub use storage::OpfsStorage;
