//! The laws of keys, prefixes, queries and errors as properties.
//!
//! The generators make keys that nearly collide: short, and of the few characters that have a meaning in an encoding.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // the helpers of tests are tests

mod borrowed;
mod canonical;
mod derived;
mod errors;
mod hidden;
mod hostile;
mod indexes;
mod keys;
mod law;
mod out_of_order;
mod own_shapes;
mod pages;
mod places;
mod prefixes;
mod queries;
mod read_times;
mod reruns;
mod reserved;
mod scrubs;
mod selects;
mod serde_forms;
mod shapes;
mod system_forms;
mod timestamps;
mod untyped;
#[cfg(feature = "uuid")]
mod uuids;
