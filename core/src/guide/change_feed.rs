//! The change feed: a query's result, and every change to it.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::Event;
//! use keyloft::layers::Observed;
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! let backend = Arc::new(Observed::new(MemoryBackend::new()));
//! let feed = backend.feed();
//! let jobs = Table::<JobId, u32>::new(backend, "jobs");
//! jobs.put(&"2026-01".into(), &1)?;
//!
//! let watch = jobs.watch(&feed, JobId::prefix("2026-"))?;
//! assert_eq!(watch.current, [("2026-01".into(), 1)]);
//!
//! jobs.put(&"2026-01".into(), &2)?;
//! jobs.put(&"2025-12".into(), &7)?;
//! let event = watch.changes.try_recv().transpose()?;
//! assert!(matches!(event, Some(Event::Updated { old: 1, new: 2, .. })));
//! assert!(watch.changes.try_recv().is_none());
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # What it promises
//!
//! - *No gap and no overlap.* The first event is the first change to the result that `watch` returned.
//! - *Exactly once, in commit order.* An event is the net effect of one commit on one entity, however often the
//!   transaction wrote it. The events of one commit come together.
//! - *Nothing before the commit.* A transaction that fails has no events.
//!
//! [`Observed`](crate::layers::Observed) is a layer: only writes through it are seen. So put it in the `Arc`, and make
//! every store over that. Only the layer has a [`Feed`](crate::layers::Feed), so a watch without the layer doesn't compile.
//! A feed of another backend is [`NotObserved`](crate::Error::NotObserved).
//!
//! # Receive
//!
//! | where | how |
//! | --- | --- |
//! | a thread of its own | [`recv`](crate::store::Changes::recv), or the iterator: they wait |
//! | a loop that does other things too | [`try_recv`](crate::store::Changes::try_recv), [`recv_timeout`](crate::store::Changes::recv_timeout) |
//! | an asynchronous task, a browser | [`wake_with`](crate::store::Changes::wake_with) to be woken, then `try_recv` until it is empty |
//! | bytes instead of entities | [`Feed::subscribe`](crate::layers::Feed::subscribe), [`subscribe_with`](crate::layers::Feed::subscribe_with) |
//!
//! A task is woken by a channel, or by whatever the runtime has for that:
//!
//! ```
//! # use std::sync::Arc;
//! # use keyloft::layers::Observed;
//! # use keyloft::prelude::*;
//! # let backend = Arc::new(Observed::new(keyloft_memory::MemoryBackend::new()));
//! # let feed = backend.feed();
//! # let jobs = Table::<JobId, u32>::new(backend, "jobs");
//! let (wake, woken) = std::sync::mpsc::sync_channel(1);
//! let changes = jobs.changes(&feed, ..)?;
//! changes.wake_with(move || drop(wake.try_send(())));
//!
//! jobs.put(&"1".into(), &7)?;
//! woken.recv().unwrap();
//! let events: Vec<_> = std::iter::from_fn(|| changes.try_recv()).collect::<Result<_>>()?;
//! assert_eq!(events.len(), 1);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Lag
//!
//! A receiver that is slow must not fill the memory. At most 1,024 changes wait, or as many as
//! [`with_capacity`](crate::layers::Feed::with_capacity) sets. If the changes of a commit don't fit, the queue drops all of
//! them, and an [`Event::Lagged`](crate::store::Event::Lagged) takes their place. The commit itself stays. Then call
//! [`resync`](crate::store::Changes::resync), which returns the result as it is now; the next event is the first change to
//! that.
//!
//! # What it costs
//!
//! Nothing while nobody listens. With a listener, the transactions of the layer run one after the other, and each write to
//! a watched key reads the old value first. Reads are not affected. Rows that expire make no event until a commit deletes
//! them, because no commit tells that time has passed.
//!
//! # What it is not
//!
//! The feed is in memory: it begins when it is asked for, ends with the process, and sees no other process. It isn't a
//! durable log of changes.
