//! The engine inside the npm package `keyloft`: [Keyloft](https://docs.rs/keyloft)'s stores behind one call that takes
//! bytes and gives bytes.
//!
//! JavaScript reads and writes entities itself, in the form they are stored in: an object is encoded once, into this
//! module's memory, and decoded once, out of it. So nothing here knows a JavaScript value. What has to be true of an
//! entity, a change or a principal is decided here all the same, by the same code as in Rust.
//!
//! | module | what |
//! | --- | --- |
//! | `module` | what JavaScript sees: [`Engine`] |
//! | `opfs`, `persistent` | databases that are files |
//! | `database` | a database that is open, and what JavaScript holds of it |
//! | `call` | the calls on it |
//! | `protocol` | the codes that JavaScript and this module share, and the TypeScript of them |
//! | `table` | the tables, each under the same few methods |
//! | `wire` | how requests and responses are written |

mod call;
mod database;
mod failure;
mod host;
mod module;
#[cfg(all(feature = "persistent", target_family = "wasm", target_os = "unknown"))]
pub mod opfs;
#[cfg(feature = "persistent")]
mod persistent;
mod protocol;
mod query;
mod raw;
mod room;
mod scan;
mod source;
#[cfg(feature = "persistent")]
mod staged;
mod table;
mod watch;
mod wire;

pub use module::Engine;
