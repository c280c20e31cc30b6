//! Tables: entities under keys, and the indexes that find them by other values.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Debug, PartialEq)]
//! struct Book {
//!     title: String,
//!     isbn: Option<String>,
//!     year: i32,
//! }
//!
//! const ISBN: UniqueIndex<Book, String> = UniqueIndex::new("isbn", |book| book.isbn.clone());
//! const YEAR: Index<Book, i32> = Index::new("year", |book| Some(book.year));
//!
//! let schema = Schema::new("books").index(ISBN).index(YEAR);
//! let books = Table::<u64, Book>::with_schema(Arc::new(MemoryBackend::new()), schema);
//! books.put(&1, &Book { title: "Tables".into(), isbn: Some("978-1".into()), year: 2_001 })?;
//! books.put(&2, &Book { title: "Chairs".into(), isbn: None, year: 1_999 })?;
//!
//! assert_eq!(books.find(&ISBN, "978-1")?.map(|(key, _)| key), Some(1));
//! let old: Vec<u64> = books.iter_by(&YEAR, ..2_000)?.map(|entry| Ok(entry?.0)).collect::<Result<_>>()?;
//! assert_eq!(old, [2]);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Entities
//!
//! An entity is a value of any type that serde can encode. It is stored in [postcard](https://docs.rs/postcard), which is
//! positional: the bytes hold neither names nor types. So the fields, their order and their types are a part of the
//! stored format, and a change to them is a [migration](super::migrations). Serde's attributes that need a
//! self-describing format (`untagged`, `flatten`, `skip_serializing_if`, `tag`) don't work in an entity. A
//! [`Row`](crate::Row) holds values without a fixed shape.
//!
//! # Reads
//!
//! | to read | call |
//! | --- | --- |
//! | one entity, several, or only whether it exists | [`get`], [`get_many`], [`contains`] |
//! | some or all, as a `Vec` | [`scan`], [`scan_prefix`], [`scan_all`] |
//! | some or all, one after the other | [`iter`], which sees one state of the table |
//! | some or all, without a copy of each | [`visit`], whose entries lend the stored bytes |
//! | one page for each request, with a cursor to the next | [`page`] |
//!
//! A [`Query`](crate::Query) selects by a range or a prefix, in both directions, up to a limit. Ranges and prefixes
//! convert into queries, as in `iter(..)` and `iter(JobId::prefix("2026-"))`. One key or one value is
//! [`Query::exactly`](crate::Query::exactly).
//!
//! # Writes
//!
//! `put` stores or replaces. `insert` refuses a key that exists. `update` reads, changes and stores in one transaction.
//! `delete` returns whether the key existed. `put_many` is one transaction for all its entities, and
//! [`load`](crate::EntityStore::load) takes any number of them with little memory and few syncs.
//!
//! # Indexes
//!
//! An index is a `const`: a name, and a function from the entity to a value. `None` keeps the entity out of the index.
//! Every write updates the indexes of its table in the same transaction, which also checks uniqueness. The value may be
//! any key type, so a composite index has ranges and prefixes:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! // A parcel: its city and its weight.
//! const BY_CITY: Index<(String, u32), (String, u32)> = Index::new("by_city", |parcel| Some(parcel.clone()));
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! let parcels = Table::<u64, (String, u32)>::with_schema(backend, Schema::new("parcels").index(BY_CITY));
//! parcels.put_many(&[(1, ("Bonn".into(), 5)), (2, ("Bonn".into(), 3)), (3, ("Oslo".into(), 1))])?;
//! let heaviest = parcels.iter_by(&BY_CITY, Query::prefix(Prefix::of("Bonn")).reverse().limit(1))?.next();
//! assert_eq!(heaviest.transpose()?.map(|(key, _)| key), Some(1));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! - An index costs one more entry for each entity, and each write reads the entity that it replaces.
//! - The key of an entry has at most 4,096 bytes. In a unique index it is the indexed value. In another index it is the
//!   value, with each NUL counted twice, then two bytes, then the entity's key.
//! - An index that is added to a table with entities is empty until [`reindex`](crate::EntityRepair::reindex).
//!   [`verify`](crate::EntityReader::verify) compares entities and entries.
//! - If a read by an index finds an entry without its entity, it fails with
//!   [`IndexMismatch`](crate::Error::IndexMismatch) and never returns a wrong result.
//!
//! # Rules
//!
//! A schema may have a [`guard`](crate::Schema::guard), which accepts or refuses each change, and a
//! [`complete`](crate::Schema::complete) function, which fills in fields such as times and counts. Both are closures, and both
//! run inside the transaction.
//!
//! [`get`]: crate::EntityReader::get
//! [`get_many`]: crate::EntityReader::get_many
//! [`contains`]: crate::EntityReader::contains
//! [`scan`]: crate::EntityReader::scan
//! [`scan_prefix`]: crate::EntityReader::scan_prefix
//! [`scan_all`]: crate::EntityReader::scan_all
//! [`iter`]: crate::EntityReader::iter
//! [`visit`]: crate::EntityReader::visit
//! [`page`]: crate::EntityReader::page
