//! Rust in a browser: a worker, the clock, crashes, size.
//!
//! ```ignore
//! // A crate of type `cdylib`, for `wasm32-unknown-unknown`, with `keyloft`, `keyloft-opfs`, `js-sys` and `wasm-bindgen`.
//! use std::sync::Arc;
//!
//! use js_sys::Promise;
//! use js_sys::futures::future_to_promise;
//! use keyloft::prelude::*;
//! use wasm_bindgen::prelude::wasm_bindgen;
//!
//! #[wasm_bindgen]
//! pub struct Notes(Table<JobId, String>);
//!
//! #[wasm_bindgen]
//! impl Notes {
//!     pub fn open() -> Promise {
//!         future_to_promise(async {
//!             let backend = keyloft_opfs::create("notes").await.map_err(|error| error.to_string())?;
//!             Ok(Notes(Table::new(Arc::new(backend), "notes")).into())
//!         })
//!     }
//!
//!     /// Durable when it returns.
//!     pub fn put(&self, id: String, text: String) -> std::result::Result<(), String> {
//!         self.0.put(&id.into(), &text).map_err(|error| error.to_string())
//!     }
//! }
//! ```
//!
//! The whole program, with its page, is the example `notes` of `keyloft-opfs`. An application in JavaScript or TypeScript
//! uses the npm package `keyloft` instead, which does everything on this page by itself.
//!
//! # The worker
//!
//! Browsers give synchronous files only to dedicated workers, so `keyloft-opfs` opens databases there and nowhere else.
//! Opening is asynchronous; every later call is synchronous, and a `put` is on the disk when it returns. The page sends
//! messages to the worker. A database is open in one worker of one tab at a time, under the browser's lock on its file;
//! a second opener gets [`DatabaseLocked`](crate::Error::DatabaseLocked). In Rust nothing shares one open database between
//! tabs: elect a tab with the Web Locks API, or use the npm package, whose tabs do that.
//!
//! Code that needs no disk runs on pages too: `keyloft-memory` and `keyloft-redb` in memory work on every target. `recv` of
//! a watch doesn't, since nothing could end the wait: use `wake_with` and `try_recv`.
//!
//! # The clock
//!
//! The library has no clock. What needs the time takes milliseconds, or a [`Clock`](crate::Clock), which every function
//! is. In a browser, the standard library's clock panics; take JavaScript's:
//!
//! ```
//! use keyloft::Clock;
//!
//! # mod js_sys { pub struct Date; impl Date { pub fn now() -> f64 { 1_700_000_000_000.0 } } }
//! /// The milliseconds are whole, and far below 2^53.
//! #[allow(clippy::cast_possible_truncation)]
//! fn now() -> i64 {
//!     js_sys::Date::now() as i64
//! }
//!
//! let clock: &dyn Clock = &now;
//! assert_eq!(clock.now(), 1_700_000_000_000);
//! ```
//!
//! # Panics and crashes
//!
//! WebAssembly aborts at a panic: JavaScript sees `RuntimeError: unreachable` and no message. Set a hook first, which
//! writes the message to the console:
//!
//! ```ignore
//! std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
//! ```
//!
//! After a crash, of a panic or of a memory that is used up, the module must not be called again: its locks are held and
//! its data may be half changed. One call is allowed, `keyloft_opfs::abandon()`, which releases the files of the worker
//! without telling the engine. Then end the worker and start another one. Every acknowledged commit is in the file, and
//! the next opening recovers it. A worker that is terminated from outside needs no `abandon`: the browser releases its
//! locks, Chromium up to 2 seconds later, so an opener must try again for a little longer.
//!
//! # Size
//!
//! Most of a module is the engine. A profile of its own makes it small; put it in the manifest of your workspace:
//!
//! ```toml
//! [profile.web]
//! inherits = "release"
//! opt-level = "z"
//! lto = "fat"
//! codegen-units = 1
//! strip = "debuginfo"
//! ```
//!
//! Then run `wasm-opt -Oz` of a current binaryen, and test the optimised file: an old binaryen writes modules that are
//! valid and fail. Each type of entity costs code, so a module with many tables is larger.
//!
//! # The matching command
//!
//! `wasm-bindgen`'s command reads only the output of its own version. The manifests of this library state ranges, so your
//! lock file decides: install the command in the version that is locked.
//!
//! ```sh
//! cargo build --profile web --target wasm32-unknown-unknown
//! cargo install wasm-bindgen-cli --version "$(cargo pkgid wasm-bindgen | cut -d @ -f 2)"
//! wasm-bindgen --target web --out-dir pkg target/wasm32-unknown-unknown/web/notes.wasm
//! ```
