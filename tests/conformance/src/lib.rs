//! The test suite that every storage backend of [Keyloft](keyloft) passes. Run it on a backend of your own.
//!
//! One macro call makes a test of each case for your backend:
//!
//! ```
//! use keyloft_conformance::suite;
//! use keyloft_memory::MemoryBackend;
//!
//! // In `tests/conformance.rs`: a function that creates an empty backend is a fixture.
//! suite!(MemoryBackend::new);
//!
//! // With a name, one file can have several suites.
//! suite!(scoped, || keyloft::layers::Scoped::new(MemoryBackend::new(), "tenant"));
//! # fn main() {
//! #     keyloft_conformance::cases().take(60).for_each(|case| case.run(&MemoryBackend::new));
//! # }
//! ```
//!
//! `cargo test` then runs one test per case, such as `conformance::scan::stops_when_the_visitor_breaks`.
//!
//! # Groups of cases
//!
//! | groups | behaviour under test |
//! | --- | --- |
//! | `point`, `scan`, `counting`, `bytes` | reads; scans in both directions between bounds of every kind; keys and values of any bytes and length |
//! | `partitions`, `limits` | the list of partitions; the limits that every backend has |
//! | `snapshots`, `isolation` | the commits that readers see, with threads on targets that have them |
//! | `serial_order` | concurrent transactions, which have the result of a serial order: write skew, phantoms, lost updates |
//! | `transactions`, `deletes`, `atomicity` | reads of uncommitted writes; all or nothing after an error or a panic |
//! | `faults`, `persistence` | a failing engine and a reopened database, if the [`Fixture`] has them |
//! | `lookups`, `queries`, `pages` and others | the stores over the backend: typed keys, indexes, versions, tables, access |
//! | `definitions`, `migrations` and others | the catalog: other definitions of a table, and the migration to them |
//! | `operations`, `indexes` | random operations from fixed seeds, compared with a map; a failure prints all operations |
//!
//! Mutants test the suite itself. Each is a backend with one fault: a bound off by one, a commit in spite of an error, a
//! lost error.
//!
//! # Fixtures
//!
//! A function that creates an empty backend is a fixture. A type of your own that implements [`Fixture`] can also reopen a
//! database and make the engine fail. Without these capabilities, the cases that need them pass without a test.
//!
//! [`reads!`] tests a backend that refuses writes. It runs the cases that only read: they write through the backend of
//! [`Fixture::open`] and read through [`Fixture::view`].
//!
//! A backend must refuse a transaction inside another one of the same thread. With a lock that only waits, such as a mutex,
//! that case hangs. [`WriterLock`](keyloft::backend::WriterLock) is a lock that refuses the thread that holds it.
//!
//! # In a browser
//!
//! The cases need no threads, files or clock. If tests of your target have another attribute than `#[test]`, name it:
//!
//! ```ignore
//! use wasm_bindgen_test::wasm_bindgen_test;
//!
//! keyloft_conformance::suite!(conformance, MyBackend::new, test = wasm_bindgen_test);
//! ```
//!
//! # What it is not
//!
//! The suite is not a benchmark, and it does not prove that an acknowledged commit survives a crash: test that by killing the
//! process from outside.

// A case reports a failure by a panic, as every test does.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod backend;
mod cases;
mod catalog;
mod feed;
mod fixture;
mod model;
mod random;
mod reading;
mod store;
mod subject;
mod suite;
mod tables;
mod tally;
mod threads;
mod transfer;
mod writing;

pub use cases::{Case, cases, run};
pub use fixture::{Faulty, Fed, Fixture, Place};
