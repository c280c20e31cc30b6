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
//! The complete program, with its page, is the example `notes` of `keyloft-opfs`. An application in JavaScript or
//! TypeScript should use the npm package `keyloft`, which does everything on this page.
//!
//! # The worker
//!
//! Browsers offer synchronous access to files only in dedicated workers, so `keyloft-opfs` opens databases only there.
//! Opening is asynchronous; every later call is synchronous, and a `put` is on the disk when it returns. The page sends
//! messages to the worker. A database is open in one worker of one tab at a time, under the browser's lock on its file;
//! a second opener gets [`DatabaseLocked`](crate::ErrorKind::DatabaseLocked). `keyloft-opfs` can't share one open database
//! between tabs. Choose one tab with the Web Locks API, or use the npm package, whose tabs share a database.
//!
//! Code that needs no disk runs on pages too: `keyloft-memory` and `keyloft-redb` in memory work on every target. Don't
//! call `recv` of a watch in a browser: nothing can end the wait of a single thread. Use `wake_with` and `try_recv`.
//!
//! # The clock
//!
//! The library has no clock. Methods that need the time take milliseconds, or a [`Clock`](crate::Clock), which every
//! `Fn() -> i64` implements. In a browser, the standard library's clock panics. Use JavaScript's clock:
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
//! WebAssembly aborts at a panic: JavaScript gets `RuntimeError: unreachable` without the message. Set a hook at the start
//! that writes the message to the console:
//!
//! ```ignore
//! std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
//! ```
//!
//! A panic or a full memory crashes the module. After that it must not be called again: its locks are held and its data
//! may be half changed. Only `keyloft_opfs::abandon()` may be called, which releases the worker's files without the
//! engine. Then end the worker and start another one. Every acknowledged commit is in the file, and the next opening
//! recovers it. A worker that is terminated from outside needs no `abandon`, because the browser releases its locks.
//! Chromium does so up to 2 seconds later, so retry `DatabaseLocked` for a few seconds.
//!
//! # Size
//!
//! Most of a module is the engine. A separate profile makes it small; put it in the `Cargo.toml` of your workspace:
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
//! Then run `wasm-opt -Oz` of a current [binaryen](https://github.com/WebAssembly/binaryen), and test the optimised file:
//! old versions write valid modules that fail at run time. Each entity type adds code, so a module with many tables is
//! larger.
//!
//! # The version of `wasm-bindgen`
//!
//! The command `wasm-bindgen` reads only modules that were built with the same version of the crate. This library accepts a
//! range of versions, so your `Cargo.lock` decides. Install the command in the locked version:
//!
//! ```sh
//! rustup target add wasm32-unknown-unknown
//! cargo build --profile web --target wasm32-unknown-unknown
//! cargo install wasm-bindgen-cli --version "$(cargo pkgid wasm-bindgen | cut -d @ -f 2)"
//! wasm-bindgen --target web --out-dir pkg target/wasm32-unknown-unknown/web/notes.wasm
//! ```
