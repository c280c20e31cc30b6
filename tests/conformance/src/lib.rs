//! The suite that every storage backend of [Keyloft](keyloft) passes, and yours can too.
//!
//! One macro call turns its cases into tests of your backend:
//!
//! ```
//! use keyloft_conformance::suite;
//! use keyloft_memory::MemoryBackend;
//!
//! // In `tests/conformance.rs`: anything that makes an empty backend is a fixture.
//! suite!(MemoryBackend::new);
//!
//! // With a name, several stand in one file.
//! suite!(scoped, || keyloft::layers::Scoped::new(MemoryBackend::new(), "tenant"));
//! # fn main() {
//! #     keyloft_conformance::cases().take(60).for_each(|case| case.run(&MemoryBackend::new));
//! # }
//! ```
//!
//! `cargo test` then has a test for each case, named by what it says: `conformance::scan::stops_when_told`.
//!
//! # What is tried
//!
//! | groups | what |
//! | --- | --- |
//! | `point`, `scan`, `counting`, `bytes` | reads, scans both ways between bounds of every kind, keys and values of any bytes and length |
//! | `partitions`, `limits` | what partitions there are, and what every backend refuses |
//! | `snapshots`, `isolation` | who sees which commits, on threads too where the target has any |
//! | `transactions`, `deletes`, `atomicity` | writes that are read back before they are committed, and all or nothing after an error or a panic |
//! | `faults`, `persistence` | a failing engine, a database that is opened again: if the [`Fixture`] has these |
//! | `lookups`, `queries`, `pages` and others | the stores over the backend: typed keys, indexes, versions, tables |
//! | `operations`, `indexes` | random operations from fixed seeds against a plain map, which tell their whole story when they fail |
//!
//! The suite is itself tested with backends that are broken on purpose, each in one way: a bound off by one, a body
//! committed in spite of its error, an error that is not passed on.
//!
//! # What your engine can do beyond that
//!
//! A type of your own implements [`Fixture`]: it says how a place is opened again, and how to make the engine fail.
//! Cases that need what a fixture does not have pass without trying anything.
//!
//! A backend that refuses writes is tried with [`reads!`], which has the cases that only read: they are written through
//! the backend that [`Fixture::open`] gives and read through [`Fixture::view`].
//!
//! A transaction inside another one of the same thread is to be refused: a backend whose lock only waits, as a mutex does, hangs
//! in the case that tries it. [`WriterLock`](keyloft::backend::WriterLock) is a lock that knows its thread.
//!
//! # In a browser
//!
//! The cases use nothing that a target may lack. Where `#[test]` is not what marks a test, say what does:
//!
//! ```ignore
//! use wasm_bindgen_test::wasm_bindgen_test;
//!
//! keyloft_conformance::suite!(conformance, MyBackend::new, test = wasm_bindgen_test);
//! ```
//!
//! # What it is not
//!
//! Not a benchmark, and no proof that what was acknowledged survives the loss of power: for that an engine has to be
//! killed from outside.

// A case says what a backend did wrong by panicking: that is what a test is.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod backend;
mod cases;
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
pub use fixture::{Faulty, Fixture, Place};
