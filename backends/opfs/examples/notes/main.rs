//! Notes in a browser's private files: the module that `worker.js` runs in a dedicated worker, for the page `index.html`.
//!
//! ```sh
//! rustup target add wasm32-unknown-unknown
//! cargo install wasm-bindgen-cli --version "$(cargo pkgid wasm-bindgen | cut -d @ -f 2)"
//! cargo build --package keyloft-opfs --example notes --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir target/notes target/wasm32-unknown-unknown/debug/examples/notes.wasm
//! cp backends/opfs/examples/notes/{index.html,worker.js} target/notes
//! python3 -m http.server --directory target/notes
//! ```
//!
//! The command `wasm-bindgen` must have the version of the crate in `Cargo.lock`. Then open <http://localhost:8000>.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]

use std::panic;
use std::sync::Arc;

use js_sys::futures::future_to_promise;
use js_sys::{Date, Promise};
use keyloft::prelude::*;
use keyloft_redb::RedbBackend;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes")]
struct Note {
    #[key]
    number: u64,
    text: String,
    /// The time of writing, in milliseconds since the Unix epoch.
    #[index]
    written: i64,
}

/// An open database of notes.
#[wasm_bindgen]
pub struct Notes {
    backend: RedbBackend,
    notes: Table<u64, Note>,
}

#[wasm_bindgen]
impl Notes {
    /// Opens or creates the database. Opening waits for the browser, and every later call is answered at once.
    pub fn open(name: String) -> Promise {
        future_to_promise(async move {
            let backend = keyloft_opfs::create(&name).await.map_err(|error| thrown(&error))?;
            let notes = Note::table(Arc::new(backend.clone()));
            // Moves a table that an earlier release of the page has written.
            notes.migrate().map_err(|error| thrown(&error))?;
            Ok(Self { backend, notes }.into())
        })
    }

    /// Stores a note and returns its number. The note is on the disk when this returns.
    pub fn add(&self, text: &str) -> Result<u64, JsError> {
        let written = now();
        let number = self.backend.transaction(|tx| {
            let mut notes = self.notes.within(tx);
            let number = notes.last()?.map_or(1, |(last, _)| last + 1);
            notes.add(&Note { number, text: text.into(), written })?;
            Ok(number)
        })?;
        Ok(number)
    }

    /// Returns the texts of the newest notes, the newest first.
    pub fn newest(&self, limit: usize) -> Result<Vec<String>, JsError> {
        let newest = self.notes.iter_by(&Note::WRITTEN, Query::all().reverse().limit(limit))?;
        Ok(newest.map(|entry| Ok(entry?.1.text)).collect::<keyloft::Result<_>>()?)
    }

    /// Returns the number of notes.
    pub fn count(&self) -> Result<u64, JsError> {
        Ok(self.notes.count()?)
    }

    /// Closes the file, so that another worker or tab can open it.
    pub fn close(self) -> Result<(), JsError> {
        Ok(self.backend.close()?)
    }
}

/// Writes the messages of panics to the console. JavaScript itself gets only `unreachable`.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}

/// Releases the files after a crash. No other call to a crashed module is allowed.
#[wasm_bindgen]
pub fn abandon() {
    keyloft_opfs::abandon();
}

/// Crashes, to show what the worker does then.
///
/// # Panics
///
/// Always.
#[wasm_bindgen]
#[allow(clippy::panic, reason = "it is the purpose")]
pub fn crash() {
    panic!("the page asked for a crash");
}

/// Returns the time by JavaScript's clock: the standard library has none in a browser.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, reason = "whole numbers far below 2^53")]
fn now() -> i64 {
    Date::now() as i64
}

/// Returns an error whose message begins with the code, so that JavaScript can tell errors apart.
fn thrown(error: &Error) -> JsValue {
    format!("{}: {error}", error.code()).into()
}
