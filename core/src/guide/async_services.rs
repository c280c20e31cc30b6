//! Asynchronous services: which calls block, and how a service on tokio makes them.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use tokio::task::spawn_blocking;
//!
//! #[derive(Clone)]
//! struct Visits {
//!     counts: Table<UserId, u64>,
//! }
//!
//! impl Visits {
//!     /// A request: it runs the transaction on a thread that may block.
//!     async fn visit(&self, user: UserId) -> std::result::Result<u64, Box<dyn std::error::Error + Send + Sync>> {
//!         let counts = self.counts.clone();
//!         let count = spawn_blocking(move || {
//!             counts.backend().transaction(|tx| {
//!                 let count = counts.within(tx).get(&user)?.unwrap_or(0) + 1;
//!                 counts.within(tx).put(&user, &count)?;
//!                 Ok(count)
//!             })
//!         });
//!         Ok(count.await??)
//!     }
//! }
//!
//! let visits = Visits { counts: Table::new(Arc::new(MemoryBackend::new()), "visits") };
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! assert_eq!(runtime.block_on(visits.visit("ada".into()))?, 1);
//! assert_eq!(runtime.block_on(visits.visit("ada".into()))?, 2);
//! # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//! ```
//!
//! # Which calls block
//!
//! Every call is synchronous. None of them suspends a task; they block its thread:
//!
//! | call | blocks for |
//! | --- | --- |
//! | a read of the memory backend | nothing: microseconds |
//! | a read of redb | microseconds from the page cache, a disk access otherwise |
//! | a durable write, a transaction | the transactions before it, and one sync of the disk: from 0.1 to some 10 milliseconds |
//! | `load`, `reindex`, `verify`, `compact`, an export | as long as the table or the database is large |
//! | `recv` of a watch | until a change comes |
//!
//! A thread of an asynchronous runtime that waits for a disk serves nobody else. So run writes, scans and maintenance in
//! `spawn_blocking`. A `get` may stay in the task if its data fits in the page cache. Never hold a transaction over an
//! `await`: a body is a closure, so it can't.
//!
//! Tables are `Clone`, `Send` and `Sync`; a clone shares the backend and the schema. Errors are `Send` and `Sync`, and
//! [`code`](crate::Error::code) maps to a status without a match on the text.
//!
//! # Group commit
//!
//! A sync takes far longer than the body of a transaction. `keyloft-redb` therefore lets the transactions that wait for
//! each other share one: while one runs, others queue; their bodies run one after the other in the same engine
//! transaction, and one sync makes all of them durable. No call returns before its own changes are on the disk, and a body
//! that fails is rolled back alone.
//!
//! So concurrent requests are cheap, and nothing has to be configured for it. On a machine with two cores, a service
//! answered 246 requests a second with one client and 1,140 with many. The more requests wait together, the more share a
//! sync: let tokio's `max_blocking_threads` (512 by default) be at least as large as the number of requests that you want in
//! one group. The example `service` of `keyloft-redb` measures it on your disk:
//!
//! ```sh
//! cargo run --release --package keyloft-redb --example service
//! ```
//!
//! What makes a group slow is a slow body, since all its members wait for the same commit. Prepare data before the
//! transaction. A body that reads a large scan only to decide something should read a snapshot first, and check in the
//! transaction what may have changed.
//!
//! # Watches
//!
//! A task is woken with [`Changes::wake_with`](crate::store::Changes::wake_with), for example by a
//! `tokio::sync::Notify`, and then takes the events with `try_recv`. See the [change feed](super::change_feed).
//!
//! # Shutdown
//!
//! Every acknowledged commit is durable, so a service may be killed. `RedbBackend::close` waits for the open transaction
//! and saves an opening the recovery; with `Durability::OnFlush` it is needed, because commits wait in memory for it.
