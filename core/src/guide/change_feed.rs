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
//! - *Only changes.* A commit that stores the same bytes has no event. [`distinct`](crate::store::Changes::distinct) leaves out
//!   updates between equal entities whose bytes differ, as those of a `HashMap` do.
//! - *Damage doesn't end it.* An entity that can't be decoded leaves the result with `Unreadable`, and its error follows.
//!
//! [`Observed`](crate::layers::Observed) is a layer, and it observes only writes through it. So wrap the backend before
//! you make the stores. `watch` needs a [`Feed`](crate::layers::Feed), which only the layer can make. A feed of another
//! backend is [`NotObserved`](crate::ErrorKind::NotObserved).
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
//! `try_recv` returns `None` while nothing is waiting. [`has_ended`](crate::store::Changes::has_ended) tells if something can
//! still come. The function that `wake_with` takes can send to a channel, or use a notification of the runtime:
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
//! # The end
//!
//! A watch does not keep the backend open. It ends when the last handle of the backend is dropped, when the engine is closed, and
//! by [`close`](crate::store::Changes::close), which another thread can call. Then waiting threads wake, the waiting events can
//! still be received, and `recv` returns `None` after them:
//!
//! ```
//! # use std::sync::Arc;
//! # use keyloft::layers::Observed;
//! # use keyloft::prelude::*;
//! # let backend = Arc::new(Observed::new(keyloft_memory::MemoryBackend::new()));
//! # let feed = backend.feed();
//! # let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
//! let changes = jobs.changes(&feed, ..)?;
//! let follower = std::thread::spawn(move || changes.count());
//! jobs.put(&"1".into(), &7)?;
//! drop((jobs, backend));
//! assert_eq!(follower.join().unwrap(), 1);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Lists
//!
//! A watch may go [by an index](crate::EntityWatch::watch_by), and may have a limit: "the latest twenty". With a limit the
//! result is a list, and an entity can enter or leave it although nobody changed that entity. So its events say where:
//! `Entered` at a position, `Changed` from one position to another, `Left` a position. Applied in their order, they keep the
//! list as a new read would return it:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::layers::Observed;
//! use keyloft::prelude::*;
//! # use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
//! #[table(name = "notes")]
//! struct Note {
//!     #[key]
//!     id: u32,
//!     #[index]
//!     written: i64,
//! }
//!
//! # let backend = Arc::new(Observed::new(MemoryBackend::new()));
//! # let feed = backend.feed();
//! let notes = Note::table(backend);
//! notes.save_many(&[Note { id: 1, written: 10 }, Note { id: 2, written: 20 }, Note { id: 3, written: 30 }])?;
//!
//! let latest = || Query::all().reverse().limit(2);
//! let watch = notes.watch_by(&feed, &Note::WRITTEN, latest())?;
//! let mut list = watch.current;
//! notes.save(&Note { id: 1, written: 40 })?; // enters
//! notes.delete(&3)?; // leaves, and the second one enters again
//!
//! while let Some(event) = watch.changes.try_recv().transpose()? {
//!     match event {
//!         Event::Entered { key, new, at, .. } => list.insert(at, (key, new)),
//!         Event::Changed { key, new, from, to, .. } => {
//!             list.remove(from);
//!             list.insert(to, (key, new));
//!         }
//!         Event::Left { at, .. } => drop(list.remove(at)),
//!         Event::Lagged { .. } => list = watch.changes.resync()?,
//!         _ => {} // those of queries without a limit
//!     }
//! }
//! assert_eq!(list, notes.scan_by(&Note::WRITTEN, latest())?);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! The cost of a change depends on the limit, not on the size of the table.
//!
//! # Lag
//!
//! A receiver that is slow must not fill the memory. At most 1,024 changes wait, or as many as
//! [`with_capacity`](crate::layers::Feed::with_capacity) sets, and at most 16 MiB of keys and values, or
//! [`with_capacity_bytes`](crate::layers::Feed::with_capacity_bytes). If the changes of a commit don't fit, the queue drops all of
//! them, and an [`Event::Lagged`](crate::store::Event::Lagged) takes their place. The commit itself stays. Then call
//! [`resync`](crate::store::Changes::resync), which returns the result as it is now; the next event is the first change to
//! that.
//!
//! # Migrations
//!
//! If the definition of the table [changes](super::migrations) while a watch is open, each later event of the watch is a
//! [`DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch), as every read of the old table is.
//!
//! # What it costs
//!
//! Without a watch, only one lock for each transaction. With a watch, each write to a watched key reads the old value first,
//! and a transaction returns after the transactions that committed before it. Transactions of several threads still share a
//! sync. The number of watches matters only to the writes that they watch. Reads are not affected.
//!
//! Events come from commits. A row that expires makes no event until a commit deletes it.
//!
//! # What it is not
//!
//! The feed is in memory. A watch begins when it is made and ends with the process, and it doesn't see other processes. It
//! isn't a durable change log.
