//! Tables: entities under keys.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
//! #[table(name = "books")]
//! struct Book {
//!     #[key]
//!     id: u64,
//!     title: String,
//!     #[unique]
//!     isbn: Option<String>,
//!     #[index]
//!     year: i32,
//! }
//!
//! let books = Book::table(Arc::new(MemoryBackend::new()));
//! let tables = Book { id: 1, title: "Tables".into(), isbn: Some("978-1".into()), year: 2_001 };
//! books.save(&tables)?;
//! books.save(&Book { id: 2, title: "Chairs".into(), isbn: None, year: 1_999 })?;
//!
//! assert_eq!(books.get(&1)?, Some(tables));
//! assert_eq!(books.find(&Book::ISBN, "978-1")?.map(|(key, _)| key), Some(1));
//! assert_eq!(books.count_by(&Book::YEAR, ..2_000)?, 1);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Entities
//!
//! An entity is a value of any type that serde can encode. [`#[derive(Entity)]`](derive@crate::Entity) describes its table:
//! name, version, key, [indexes](super::indexes), expiry, and the shape of the entity. A type inside it derives
//! [`Shape`](derive@crate::Shape). Without the derive, a [`Schema`](crate::Schema) that is built by hand describes a table of
//! any entity, and `Table::<K, V>::new` makes one without indexes. The shape of such an entity is unknown.
//!
//! Entities are stored in [postcard](https://docs.rs/postcard), which is positional: the bytes hold neither names nor types. So
//! the fields, their order and their types are a part of the stored format, and a change to them is a
//! [migration](super::migrations). The database stores each table's definition in its [catalog](crate::catalog), and refuses
//! a program with another one. Serde's attributes that need a self-describing format (`untagged`, `flatten`,
//! `skip_serializing_if`, `tag`) can't be read back. The derive refuses them at compile time. For a type without the derive,
//! every write refuses a struct that leaves out a field, and with debug assertions whatever else would be read otherwise: see
//! [`Schema::checked`](crate::Schema::checked).
//!
//! A [`Row`](crate::Row) holds values without a fixed shape.
//!
//! # Keys
//!
//! The fields `#[key]` are the key, and several are a tuple. Such an entity is written without a separate key:
//! [`save`](crate::KeyedWriter::save) replaces, [`add`](crate::KeyedWriter::add) refuses a key that exists. With
//! `#[table(key = Type)]` the key is not a part of the entity, and `put` and `insert` take it. Any [key type](super::keys)
//! serves. A table under `()` has one row:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity, Default)]
//! #[table(name = "settings", key = ())]
//! struct Settings {
//!     theme: String,
//!     font_size: u8,
//! }
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! let settings = Settings::table(backend);
//! let mut current = settings.get(&())?.unwrap_or_default();
//! current.font_size = 14;
//! settings.put(&(), &current)?;
//! assert_eq!(settings.count()?, 1);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Reads
//!
//! | to read | call |
//! | --- | --- |
//! | one entity, several, or only whether it exists | [`get`], [`get_many`], [`contains`] |
//! | the entity with the lowest or the highest key | [`first`], [`last`] |
//! | some or all, as a `Vec` | [`scan`], [`scan_prefix`], [`scan_all`] |
//! | some or all, one after the other | [`iter`], which sees one state of the table |
//! | some or all, without a copy of each | [`visit`], whose entries lend the stored bytes |
//! | some or all, in a transaction that writes in between | [`walk`] |
//! | those that fulfil several conditions, in another order | [`select`](super::indexes#several-conditions) |
//! | their number | [`count`], [`count_in`], which stops at the query's limit |
//! | one page for each request, with a cursor to the next | [`page`] |
//! | the same, although some entities are damaged | [`page_readable`], which lists them |
//!
//! A [`Query`](crate::Query) selects by a range or a prefix, in both directions, up to a limit. Ranges and prefixes
//! convert into queries, as in `iter(..)` and `iter(JobId::prefix("2026-"))`. One key or one value is
//! [`Query::exactly`](crate::Query::exactly). A bound on one part of a composite is [`prefixes`](crate::Query::prefixes),
//! and [`between`](crate::Query::between) narrows a prefix to a range:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! let readings = Table::<(String, i64), u32>::new(backend, "readings");
//! let key = |device: &str, at| (device.to_owned(), at);
//! readings.put_many(&[(key("d1", 1), 20), (key("d1", 2), 21), (key("d1", 3), 22), (key("d2", 2), 23)])?;
//!
//! let of_d1_since_2 = Query::prefix(Prefix::of("d1")).between(key("d1", 2)..);
//! assert_eq!(readings.count_in(of_d1_since_2)?, 2);
//! let latest_of_d1 = Query::prefix(Prefix::of("d1")).reverse().limit(1);
//! assert_eq!(readings.scan(latest_of_d1)?, [(key("d1", 3), 22)]);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Writes
//!
//! `put` and `save` store or replace. `insert` and `add` refuse a key that exists. `update` reads, changes and stores in one
//! transaction. `delete` returns `true` if the key existed; `delete_in` and `delete_prefix` delete what a query or a prefix
//! selects. `put_many` and `save_many` are one transaction for all their entities, and [`load`](crate::EntityStore::load) takes
//! any number of them with little memory and few syncs.
//!
//! # Expiry
//!
//! A field `#[expires]` is the time at which an entity expires. Reads don't see the entity from then on, and
//! [`evict_expired`](crate::ExpiringWriter::evict_expired) deletes it and frees its space. Nothing runs in the background, so
//! the program calls it now and then. The time comes from the program's [`Clock`](crate::Clock).
//!
//! A snapshot and a transaction ask the clock once, at their first read of a table with expiry. So their reads agree with each other
//! however long they last. If the clock is set back, expired entities that are still stored are seen again. Those that a commit
//! has evicted or replaced stay away.
//!
//! ```
//! # use std::sync::Arc;
//! # use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "sessions", key = String)]
//! struct Session {
//!     #[expires] // the first field: reads decode the fields up to this one
//!     expires_at: Option<i64>,
//!     #[index]
//!     user: UserId,
//! }
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! let time = Arc::new(AtomicI64::new(1_000));
//! # let clock = { let time = time.clone(); Arc::new(move || time.load(Relaxed)) };
//! let sessions = Session::table(backend, clock); // a clock that returns `time`
//! sessions.put(&"token".into(), &Session { expires_at: Some(5_000), user: "ada".into() })?;
//! sessions.put(&"forever".into(), &Session { expires_at: None, user: "ada".into() })?;
//! assert_eq!(sessions.count_by(&Session::USER, ..)?, 2);
//!
//! time.store(5_000, Relaxed);
//! assert_eq!(sessions.get(&"token".into())?.is_some(), false);
//! assert_eq!(sessions.count_by(&Session::USER, ..)?, 1);
//! assert_eq!(sessions.evict_expired(5_000, 1_000)?, 1); // at most a thousand in one transaction
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Rules
//!
//! A schema may have a [`guard`](crate::Schema::guard), which accepts or refuses each change, and a
//! [`complete`](crate::Schema::complete) function, which fills in fields such as times and counts. Both are closures, and both
//! run inside the transaction. `Book::schema()` returns the schema that the derive makes, to which they can be added:
//! `Table::with_schema(backend, Book::schema().guard(…))`.
//!
//! # Damage
//!
//! If an entity can't be decoded, reads that meet it return [`Decode`](crate::ErrorKind::Decode) with its key. Each value has a
//! [checksum](crate::value), so one that has changed, or that belongs to another key, is
//! [`Corrupted`](crate::ErrorKind::Corrupted) and never another entity. [`iter`] goes on
//! after the error, and [`page_readable`] lists it beside the others. [`verify`](crate::EntityReader::verify) lists all such entities, and
//! [`discard`](crate::EntityRepair::discard) deletes one of them.
//!
//! [`get`]: crate::EntityReader::get
//! [`get_many`]: crate::EntityReader::get_many
//! [`contains`]: crate::EntityReader::contains
//! [`first`]: crate::EntityReader::first
//! [`last`]: crate::EntityReader::last
//! [`scan`]: crate::EntityReader::scan
//! [`scan_prefix`]: crate::EntityReader::scan_prefix
//! [`scan_all`]: crate::EntityReader::scan_all
//! [`iter`]: crate::EntityReader::iter
//! [`visit`]: crate::EntityReader::visit
//! [`walk`]: crate::EntityReader::walk
//! [`count`]: crate::EntityReader::count
//! [`count_in`]: crate::EntityReader::count_in
//! [`page`]: crate::EntityReader::page
//! [`page_readable`]: crate::EntityReader::page_readable
