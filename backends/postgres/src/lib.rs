#![doc = include_str!("../README.md")]

mod backend;
mod backoff;
mod bounds;
mod catalog_version;
mod client;
mod error;
mod layout;
mod notifications;
mod options;
mod outcome;
mod reads;
mod runtime;
mod shared;
mod snapshot;
mod statements;
mod stored;
#[cfg(feature = "tls")]
mod tls;
mod transaction;
mod writes;

pub use crate::backend::PostgresBackend;
pub use crate::options::PostgresOptions;
