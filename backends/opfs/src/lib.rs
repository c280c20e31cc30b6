//! [Keyloft](https://docs.rs/keyloft) on a browser's disk: redb in the origin private file system, from a dedicated
//! worker.
//!
//! ```no_run
//! # #[cfg(all(target_family = "wasm", target_os = "unknown"))]
//! # async fn settings() -> keyloft::Result<()> {
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! let database = keyloft_opfs::create("app").await?;
//! let settings = SystemTableStore::<UserId, String>::new(Arc::new(database.clone()), "settings");
//! settings.put(&UserId::new("alice"), &"dark".to_owned())?; // on the disk when it returns
//! drop(settings);
//! database.close()?;
//! # Ok(())
//! # }
//! # fn main() {}
//! ```
//!
//! Opening waits for the browser; everything after that is synchronous. What is opened is a
//! [`RedbBackend`](https://docs.rs/keyloft-redb), with all that it can do, and its file has redb's own format: what
//! `download` returns opens natively, and `upload` takes a file made there.
//!
//! # Where the files are
//!
//! The database `app` is the file `app.redb` in the folder `keyloft` of the origin's private file system, which the
//! pages and workers of one origin share and nobody else sees. Other files in that folder are left alone, and not
//! listed. The browser deletes all of it with the site's data, or when the disk is full unless
//! `navigator.storage.persist()` was granted.
//!
//! # One file, one opener
//!
//! A database is open in one worker of one tab at a time, by an exclusive lock of the browser's on its file. Whoever
//! comes second gets [`DatabaseLocked`](https://docs.rs/keyloft/latest/keyloft/error/enum.Error.html). The lock goes
//! with [`RedbBackend::close`](https://docs.rs/keyloft-redb), with the last handle that is dropped, with an opening that
//! fails, and with the worker, however that ends. A worker that is terminated in the middle of its work is let go on by
//! Chromium for 2 seconds, and has its locks until then: whoever restarts one tries for a little longer than that.
//!
//! # What it is not
//!
//! It opens nothing outside of a dedicated worker: the browser gives synchronous access nowhere else, and the error
//! `StorageUnavailable` says so. What is done to the files as a whole works on pages too. It never falls back to memory.
//! It does not share one database between tabs. On targets that are no browser the crate is empty.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]

mod exception;
mod files;
mod folder;
mod handle;
mod name;
mod number;
mod open;
mod storage;

pub use files::{delete, download, exists, list, upload};
pub use handle::abandon;
pub use open::{create, create_new, open, options};
pub use storage::OpfsStorage;
