//! Transactions and snapshots: several writes or reads that belong together.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
//! let accounts = Table::<String, u64>::new(backend.clone(), "accounts");
//! let log = Table::<u64, String>::new(backend.clone(), "log");
//! accounts.put_many(&[("ada".into(), 500), ("bob".into(), 0)])?;
//!
//! backend.transaction(|tx| {
//!     accounts.within(tx).update(&"ada".into(), |cents| {
//!         *cents -= 200;
//!         Ok(())
//!     })?;
//!     accounts.within(tx).update(&"bob".into(), |cents| {
//!         *cents += 200;
//!         Ok(())
//!     })?;
//!     log.within(tx).put(&1, &"ada paid bob".to_owned())
//! })?;
//! assert_eq!(accounts.get(&"bob".into())?, Some(200));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # What a transaction promises
//!
//! The closure that `transaction` takes is its *body*.
//!
//! - *All or nothing.* If the body returns `Ok`, all its writes are committed. If it returns an error or panics, none is.
//! - *Isolated.* The body reads its own writes, over the state that was committed when it began. No other transaction
//!   writes in between.
//! - *Durable when it returns*, as far as the backend promises that.
//!
//! A call on a store is a transaction by itself. [`within`](crate::EntityStore::within) gives the same calls inside a
//! transaction of the store's backend. In a transaction of another backend they are
//! [`OtherBackend`](crate::ErrorKind::OtherBackend). A read on the store itself doesn't see the writes of an open transaction.
//!
//! A scan, an iteration and a `visit` borrow the transaction until they end. [`walk`](crate::EntityReader::walk) borrows
//! nothing, so the body can read one table and write it and others at the same time.
//!
//! # What a body must not do
//!
//! - *Have side effects.* A backend may run a body again. Reset variables that the body collects into at its beginning, and
//!   send mail after the commit.
//! - *Begin another transaction* of the same backend, or write through a store without `within`: both are
//!   [`NestedTransaction`](crate::ErrorKind::NestedTransaction).
//! - *Wait for another thread's transaction*, which may wait for this one.
//! - *Take long.* Most backends have one writer at a time, and all others wait for it. Readers don't.
//!
//! # Your own error type
//!
//! [`transaction`](crate::StorageBackendExt::transaction) takes a body with this library's `Result`, so that `?` needs no
//! annotation. For a body with another error type, call
//! [`try_transaction`](crate::StorageBackendExt::try_transaction), or
//! [`try_update`](crate::EntityWriter::try_update) for a single entity. The type must implement `From<Error>`.
//!
//! A write that fails has usually written nothing, so the body may handle the error and continue:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! let names = Table::<u32, String>::new(backend.clone(), "names");
//! names.put(&1, &"Ada".to_owned())?;
//! let free = backend.transaction(|tx| {
//!     let mut names = names.within(tx);
//!     for number in 1.. {
//!         match names.insert(&number, &"Bob".to_owned()) {
//!             Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists { .. }) => {}
//!             inserted => return inserted.map(|()| number),
//!         }
//!     }
//!     Err(ErrorKind::Aborted.into())
//! })?;
//! assert_eq!(free, 2);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! There are two exceptions. The calls that write many entities, such as `put_many`, `delete_prefix` and `reindex`, may have
//! written some of them. A guard may have written other tables before it refused. Return these errors from the body.
//!
//! # Snapshots
//!
//! A [`snapshot`](crate::StorageBackend::snapshot) is a read-only view of the database at one commit.
//! [`at`](crate::EntityReader::at) reads a table in it. Several tables that are read in one snapshot are of the same commit:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! let stock = Table::<String, u32>::new(backend.clone(), "stock");
//! stock.put(&"tea".into(), &5)?;
//! let before = backend.snapshot()?;
//! stock.put(&"tea".into(), &4)?;
//! assert_eq!(stock.at(&before).get(&"tea".into())?, Some(5));
//! assert!(stock.at(&before).iter(..)?.all(|entry| entry.is_ok()));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! Every single call reads one commit, and so does an iteration. Drop a snapshot when you don't need it any more: the
//! engine can't reuse the space of the data that it shows.
//!
//! A table on a snapshot has no methods that write. A function that reads a store, a snapshot and a transaction alike takes
//! an `&impl` [`EntityReader`](crate::EntityReader). A function with one write takes an `impl`
//! [`EntityWriter`](crate::EntityWriter), which the write consumes. A function with several writes takes a `&mut`
//! [`TableWriter`](crate::TableWriter), from `within`.
