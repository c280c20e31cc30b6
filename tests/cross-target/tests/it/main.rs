//! The tests of every target: native, in a JavaScript engine, and under WASI.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // every module is a test

mod digest;
mod golden;
mod media;
mod moving;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod on_files;
#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod on_shared_files;
mod over_redb;
mod plans;
mod read_only;
mod verbs;

use keyloft::layers::{Filter, Observed, Scoped};
use keyloft_conformance::{reads, suite};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::prelude::v1::test as every_target;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as every_target;

use crate::over_redb::Redb;
use crate::read_only::Behind;

suite!(memory, MemoryBackend::new, test = every_target);
suite!(redb, Redb, test = every_target);
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
suite!(redb_on_files, on_files::RedbOnFiles::default());

#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod shared_files {
    use keyloft_conformance::suite;
    use keyloft_redb::Sharing::{MultiWriter, SingleWriter};

    use crate::on_shared_files::{Alone, Elsewhere, Reader};

    suite!(one_writer_may_write, Alone::with(SingleWriter));
    suite!(many_writers_may_write, Alone::with(MultiWriter));
    suite!(another_writer_reads, Elsewhere::read_by(Reader::MultiWriter));
    suite!(a_reader_reads, Elsewhere::read_by(Reader::ReadOnly));
}

suite!(scoped_memory, || Scoped::new(MemoryBackend::new(), "tenant"), test = every_target);
suite!(scoped_redb, || Scoped::new(RedbBackend::in_memory().unwrap(), "a/b"), test = every_target);

reads!(read_only_memory, Behind(MemoryBackend::new), test = every_target);
reads!(read_only_redb, Behind(Redb), test = every_target);

suite!(observed_memory, || Observed::new(MemoryBackend::new()), test = every_target);
suite!(watched_memory, || watched(MemoryBackend::new()), test = every_target);
suite!(watched_redb, || watched(RedbBackend::in_memory().unwrap()), test = every_target);

/// Returns the backend in [`Observed`], with a subscription to everything for as long as the backend lives.
fn watched<B: keyloft::StorageBackend + 'static>(backend: B) -> Observed<B> {
    let observed = Observed::new(backend);
    let subscription = observed.feed().subscribe(Filter::all().capacity(1)).unwrap();
    std::mem::forget(subscription);
    observed
}
