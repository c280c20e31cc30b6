//! The engine inside the npm package `keyloft`: the stores of [Keyloft](https://docs.rs/keyloft) behind one call, whose
//! request and response are bytes.
//!
//! JavaScript encodes and decodes entities itself, in the form in which they are stored: once into this module's memory,
//! and once out of it. Nothing here knows a JavaScript value. The rules of entities, changes and principals are still
//! checked here, by the same code as in Rust.
//!
//! | module | content |
//! | --- | --- |
//! | `module` | [`Engine`], which JavaScript sees |
//! | `opfs`, `persistent` | databases that are files |
//! | `durable_object`, `expiry` | databases in the storage of a Durable Object, and the alarm that evicts expired rows |
//! | `database` | an open database, and the resources that JavaScript holds of it |
//! | `call` | the operations on it |
//! | `protocol` | the codes that JavaScript and this module share, and the TypeScript of them |
//! | `table` | the tables, all under the same methods |
//! | `wire` | the form of requests and responses |

mod allocator;
mod call;
mod database;
#[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
pub mod durable_object;
#[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
mod expiry;
mod failure;
mod host;
mod key_order;
mod memory_growth;
mod module;
#[cfg(all(feature = "persistent", target_family = "wasm", target_os = "unknown"))]
pub mod opfs;
#[cfg(test)]
mod order_tests;
#[cfg(feature = "persistent")]
mod persistent;
mod protocol;
mod query;
mod scan;
mod slots;
mod source;
#[cfg(feature = "persistent")]
mod staged;
mod table;
mod watch;
mod wire;

pub use module::Engine;
