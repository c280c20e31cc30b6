//! Asynchronous services: which calls block, and how a service on tokio calls them.
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
//!     /// Handles a request: runs the transaction on a thread that may block.
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
//! | a read of the memory backend | no I/O: microseconds |
//! | a read of redb | microseconds if the page is in the cache, otherwise a disk access |
//! | a durable write, a transaction | the transactions before it, and one sync of the disk: about 0.1 to 10 milliseconds |
//! | `load`, `migrate`, `reindex`, `verify`, `compact`, an export | a time in proportion to the table or the database |
//! | `recv` of a watch | the wait for the next change |
//!
//! While a thread of an asynchronous runtime waits for a disk, it runs no other task. So run writes, scans and
//! maintenance in `spawn_blocking`. A `get` may stay in the task if its data fits in the page cache. The body of a
//! transaction is a synchronous closure, so a transaction can't be held over an `await`.
//!
//! Tables are `Clone`, `Send` and `Sync`; a clone shares the backend and the schema. Errors are `Send` and `Sync`, and
//! [`code`](crate::Error::code) can be mapped to a status without matching on the text.
//!
//! # Group commit
//!
//! A sync takes far longer than the body of a transaction. In `keyloft-redb`, transactions that wait for each
//! other therefore share a sync. While one transaction runs, others queue. Then their bodies run one after the other in the
//! same engine transaction, and one sync makes all of them durable. No call returns before its changes are on the disk, and
//! a body that fails is rolled back alone.
//!
//! So concurrent requests are cheap, without any configuration. On a machine with two cores, a service answered 246
//! requests a second with one client and 1,140 with many. The more requests wait at the same time, the more share a sync.
//! Set tokio's `max_blocking_threads` (512 by default) to at least the number of requests that may wait at the same time.
//! In a clone of the repository, the example `service` measures this on your disk:
//!
//! ```sh
//! cargo run --release --package keyloft-redb --example service
//! ```
//!
//! A slow body delays all transactions that share its commit. Prepare data before the transaction. If a decision needs a
//! large scan, read a snapshot before the transaction, and check in the transaction only whether the decision still holds.
//!
//! # Watches
//!
//! [`Changes::wake_with`](crate::store::Changes::wake_with) calls a function when events wait, for example one that notifies a
//! `tokio::sync::Notify`. The task then takes the events with `try_recv`. See the [change feed](super::change_feed).
//!
//! # Shutdown
//!
//! Every acknowledged commit is durable, so a service may be killed. `RedbBackend::close` waits for the open transaction,
//! and the next opening then needs no recovery. With `Durability::OnFlush`, call `flush` or `close`: until then commits
//! may be in memory only.
