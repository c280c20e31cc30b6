//! `system_live_queries`: the live queries, whose clients receive every change to the result.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{LiveQuery, live_queries};
//!
//! let queries = LiveQuery::store(Arc::new(keyloft_memory::MemoryBackend::new()));
//! let notes = TableId::from_strings("app", "notes");
//! for id in ["1", "2"] {
//!     let query = LiveQuery::new("tab-7", id, notes.clone(), "alice", "SELECT * FROM app.notes", "node-1", 1_000);
//!     queries.insert(&id.into(), &query)?;
//! }
//! assert_eq!(queries.find_all(&live_queries::TABLE, &notes)?.len(), 2);
//! assert_eq!(queries.find_all(&live_queries::USER, "alice")?.len(), 2);
//!
//! // The tab is closed.
//! assert_eq!(queries.remove_connection("tab-7")?, 2);
//! assert_eq!(queries.count()?, 0);
//! # Ok::<(), keyloft::Error>(())
//! ```

mod index;
mod live_query;
mod store;

pub(super) use index::declare;
pub use index::{CONNECTION, TABLE, USER};
pub use live_query::LiveQuery;
pub use store::LiveQueryWriter;
