//! The command as a person and a script use it: in a terminal of 80 columns, and in a pipe.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // the helpers of tests are tests

mod changes;
mod damage;
mod engines;
mod folder;
mod hostile;
#[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
mod live;
mod odd;
mod reads;
mod served;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod terminal;
mod transfers;
mod types;

#[path = "../../examples/samples.rs"]
#[allow(dead_code)] // its `main`
mod samples;
