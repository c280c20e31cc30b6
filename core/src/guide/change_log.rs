//! The change log: every change, in the database, for consumers that may be away.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::layers::{ChangeLog, LogScope, Logged};
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! // The clock gives the time of the entries. Over a file, wrap the backend in the same way.
//! let clock = Arc::new(|| 1_700_000_000_000_i64);
//! let backend = Arc::new(Logged::new(MemoryBackend::new(), clock));
//! let log = backend.log();
//! let orders = Table::<u32, String>::new(backend.clone(), "orders");
//! orders.put(&1, &"tea".into())?;
//!
//! // A consumer begins with a snapshot, and keeps the version that it has handled.
//! let (snapshot, version) = log.snapshot()?;
//! assert_eq!(orders.at(&snapshot).count()?, 1);
//! log.advance("mailer", version)?;
//!
//! orders.put(&2, &"cake".into())?;
//! orders.delete(&1)?;
//!
//! // Later, perhaps after a restart: it reads on from there.
//! let position = log.position("mailer")?.unwrap_or(0);
//! let batch = log.read(&[LogScope::of(&orders)], position, 1_000)?;
//! assert_eq!(batch.entries.len(), 2);
//! log.advance("mailer", batch.position)?;
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Log or feed
//!
//! | | [change feed](super::change_feed) | change log |
//! | --- | --- | --- |
//! | layer | [`Observed`] | [`Logged`] |
//! | it lives | in the memory of a process | in the database |
//! | a consumer that was away | has missed the changes | reads on from its position |
//! | writes of other processes | are not seen | are in it, if they use the layer |
//! | an event has | the old and the new entity | the key, and the digest or the bytes of the new value |
//! | it costs | nothing without subscribers | some writes in each transaction |
//!
//! Both layers can be used together: `Observed::new(Logged::new(engine, clock))`. Its feed reports the commits of its own process.
//!
//! # Watch what other processes do
//!
//! A [`Followed`] layer has a feed whose events are read from the log. So every watch of it also sees the commits of other
//! processes, with the same contract: the result first, then every later change once, in the order of the commits.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use keyloft::layers::Followed;
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! # let database = Arc::new(MemoryBackend::new());
//! # let open = || database.clone();
//! // In each process, over the same database.
//! let backend = Arc::new(Followed::new(open(), Arc::new(|| 0_i64)));
//! let _follower = backend.follow(Duration::from_secs(1))?;
//! let orders = Table::<u32, String>::new(backend.clone(), "orders");
//! let watch = orders.watch(&backend.feed(), ..)?;
//!
//! # let other = Arc::new(Followed::new(open(), Arc::new(|| 0_i64)));
//! # let elsewhere = Table::<u32, String>::new(other, "orders");
//! elsewhere.put(&1, &"tea".into())?; // in another process
//! assert!(watch.changes.recv().is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The follower is a thread that reads the log as soon as the engine tells of a commit of another process, and at least after
//! each interval. PostgreSQL tells; a file does not, so there the interval is the delay. Without threads, call
//! [`poll`](crate::layers::Followed::poll).
//!
//! # What it promises
//!
//! - *With the change or not at all.* An entry is written in the transaction of its change. A crash leaves both or neither.
//! - *In commit order, without gaps.* Versions count commits: 1, 2, 3 and so on, on every engine. They go on after the database
//!   was closed, whoever opens it.
//! - *Whole commits.* [`read`](crate::layers::ChangeLog::read) never returns a part of a commit.
//! - *A position lasts.* It is a number, and it stays valid until a [`trim`](crate::layers::ChangeLog::trim) deletes the changes after it. Then
//!   `read` is [`PositionGone`](crate::ErrorKind::PositionGone), and the consumer begins again with a snapshot.
//!
//! Writes that bypass the layer are not in the log, and neither are the entries of indexes.
//!
//! # Exactly once
//!
//! A consumer that is killed between its work and [`advance`](crate::layers::ChangeLog::advance) does the work again. If the work is in the
//! same database, store the position in its transaction with [`advance_in`](crate::layers::ChangeLog::advance_in). Otherwise make the work
//! such that it can be repeated, or keep the version with it.
//!
//! # Follow a part
//!
//! A [`LogScope`] is a partition, a prefix in it, or the rows that a table, one user's rows or a principal's view reaches. It is
//! read without the changes of other partitions and of other users. Several scopes can be read together, such as all that a
//! principal may read:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::layers::{LogScope, Logged};
//! use keyloft::prelude::*;
//!
//! # let backend = Arc::new(Logged::new(keyloft_memory::MemoryBackend::new(), Arc::new(|| 0_i64)));
//! # let log = backend.log();
//! let bob = Principal::new("bob", Role::User);
//! let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
//! let news = SharedTableStore::new(backend.clone(), &TableId::from_strings("app", "news"), TableAccess::Public);
//! # let row = |updated| UserTableRow { updated, deleted: false, row: Row::new() };
//! # notes.put(&UserRowId::from_strings("bob", "1"), &row(1))?;
//! # notes.put(&UserRowId::from_strings("eve", "1"), &row(2))?;
//! # news.put(&RowId::from("1"), &SharedTableRow { updated: 3, deleted: false, row: Row::new() })?;
//! let scopes = [LogScope::of(&notes.read_as(&bob)), LogScope::of(&news)];
//! assert_eq!(log.read(&scopes, 0, 1_000)?.entries.len(), 2);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Wait for changes
//!
//! [`wait`](crate::layers::ChangeLog::wait) returns as soon as this process has committed a later version, or the engine tells of a
//! commit of another process. A hint can be lost, so a consumer reads after each wait, also after one that timed out. What was
//! committed is decided by the log.
//!
//! # Keep it small
//!
//! Nothing deletes entries by itself. Call [`trim`](crate::layers::ChangeLog::trim) from time to time, with the [`Retention`] that fits:
//!
//! | retention | deletes | a slow consumer |
//! | --- | --- | --- |
//! | [`Consumed`](crate::layers::Retention::Consumed) | what all named consumers have handled | keeps the log growing |
//! | [`Before`](crate::layers::Retention::Before) | what is older than a time | begins again with a snapshot |
//! | [`ConsumedBefore`](crate::layers::Retention::ConsumedBefore) | what is both | keeps the log growing |
//!
//! [`forget`](crate::layers::ChangeLog::forget) removes a consumer that will not come back.
//!
//! # What it costs
//!
//! A transaction that changes a row also writes the counter, an entry, and one or two keys by which scopes find it. On a file
//! with durable commits, a put takes about as long as without the log, because both wait for one sync. The changes of a
//! transaction are in memory until its end, with their values if the layer is [`with_values`](crate::layers::Logged::with_values).
//! A [`Followed`] layer also reads the value before each write, and logs it.
//!
//! [`Followed`]: crate::layers::Followed
//! [`LogScope`]: crate::layers::LogScope
//! [`Logged`]: crate::layers::Logged
//! [`Observed`]: crate::layers::Observed
//! [`Retention`]: crate::layers::Retention
