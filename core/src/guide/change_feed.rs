//! The change feed: a query's result, and every later change to it.
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
//! [`Observed`](crate::layers::Observed) is a layer, and it observes only writes through it. So wrap the backend before
//! you make the stores. `watch` needs a [`Feed`](crate::layers::Feed), which only the layer can make. A feed of another
//! backend is [`NotObserved`](crate::Error::NotObserved).
//!
//! # Receive
//!
//! | where | how |
//! | --- | --- |
//! | a separate thread | [`recv`](crate::store::Changes::recv), or the iterator: they wait |
//! | a loop with other work | [`try_recv`](crate::store::Changes::try_recv), [`recv_timeout`](crate::store::Changes::recv_timeout) |
//! | an asynchronous task, a browser | [`wake_with`](crate::store::Changes::wake_with) to be woken, then `try_recv` until it is empty |
//! | bytes instead of entities | [`Feed::subscribe`](crate::layers::Feed::subscribe), [`subscribe_with`](crate::layers::Feed::subscribe_with) |
//!
//! The function that `wake_with` takes can send to a channel, or use a notification of the runtime:
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
//! # Lists
//!
//! A query with a limit is a list, such as the latest three issues. [`watch_by`](crate::EntityWatch::watch_by) watches it in
//! the order of an index. An entity can enter the list without a change to it, because another one has left. So the events
//! of a list have positions. Apply them in their order, and the list is always what
//! [`scan_by`](crate::IndexReader::scan_by) would return:
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::layers::Observed;
//! use keyloft::prelude::*;
//! use keyloft::{Event, Watch};
//! use keyloft_memory::MemoryBackend;
//!
//! /// The days of issues.
//! const DAY: Index<u32, u32> = Index::new("day", |day| Some(*day));
//!
//! let backend = Arc::new(Observed::new(MemoryBackend::new()));
//! let feed = backend.feed();
//! let issues = Table::<u64, u32>::with_schema(backend, Schema::new("issues").index(DAY));
//! issues.put_many(&[(1, 10), (2, 20), (3, 30), (4, 40)])?;
//!
//! let latest = Query::all().reverse().limit(3);
//! let Watch { current: mut list, changes } = issues.watch_by(&feed, &DAY, latest.clone())?;
//! assert_eq!(list, [(4, 40), (3, 30), (2, 20)]);
//!
//! issues.put(&3, &50)?;
//! issues.delete(&4)?;
//! while let Some(event) = changes.try_recv() {
//!     match event? {
//!         Event::Entered { key, new, at, .. } => list.insert(at, (key, new)),
//!         Event::Changed { key, new, from, to, .. } => {
//!             list.remove(from);
//!             list.insert(to, (key, new));
//!         }
//!         Event::Left { at, .. } => drop(list.remove(at)),
//!         Event::Lagged { .. } => list = changes.resync()?,
//!         _ => {}
//!     }
//! }
//! assert_eq!(list, [(3, 50), (2, 20), (1, 10)]);
//! assert_eq!(list, issues.scan_by(&DAY, latest)?);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! The watch keeps the list in memory, and up to 32 further rows. Most commits therefore need no read. Otherwise it reads as
//! many rows as are missing, however large the table is. That read is not possible inside a transaction of the same backend.
//!
//! # Equal and unreadable entities
//!
//! A commit that stores the same bytes again is no event. Two encodings of equal entities can differ, for example of a
//! `HashMap`. [`distinct`](crate::store::Changes::distinct) leaves out updates between equal entities.
//!
//! An entity that can't be decoded does not stop a watch. The result steps over it, and it is an `Err` among the changes,
//! whose place has its key. An entity that becomes unreadable is an
//! [`Event::Unreadable`](crate::store::Event::Unreadable), which has the last readable value, and one that is readable again
//! is an [`Event::Inserted`](crate::store::Event::Inserted). [`page_readable`](crate::EntityReader::page_readable) and
//! [`discard`](crate::EntityRepair::discard) find and remove such entities.
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
//! Without a watch, only one lock for each transaction. With a watch, the transactions of the layer run one after the
//! other, and each write to a watched key reads the old value first. Reads are not affected.
//!
//! Events come from commits. A row that expires makes no event until a commit deletes it.
//!
//! # What it is not
//!
//! The feed is in memory. A watch begins when it is made and ends with the process, and it doesn't see other processes. It
//! isn't a durable change log.
