//! The laws of keys, prefixes and queries as properties, for every type of key.
//!
//! The keys are drawn to collide: short, over the few characters that the encodings give a meaning to.

#![allow(clippy::unwrap_used, clippy::panic)] // the helpers of tests are tests

mod derived;
mod hostile;
mod indexes;
mod keys;
mod law;
mod pages;
mod prefixes;
mod queries;
mod serde_forms;
