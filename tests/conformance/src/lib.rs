//! The suite that every storage backend of [Keyloft](keyloft) passes, and yours can too.

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
mod threads;
mod transfer;
mod writing;

pub use cases::{Case, cases, run};
pub use fixture::{Faulty, Fixture, Place};
