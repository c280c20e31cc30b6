//! Indexes: entities by other values than their keys.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "issues")]
//! #[table(index(name = "by_day", by = Issue::day, value = i64))]
//! struct Issue {
//!     #[key]
//!     id: u32,
//!     #[unique]
//!     slug: String,
//!     #[index]
//!     assignee: Option<UserId>,
//!     #[index(each)]
//!     tags: Vec<String>,
//!     created: i64,
//! }
//!
//! impl Issue {
//!     fn day(&self) -> i64 {
//!         self.created / 86_400_000
//!     }
//! }
//!
//! let issues = Issue::table(Arc::new(MemoryBackend::new()));
//! let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
//! let issue = |id, slug: &str, created| Issue { id, slug: slug.into(), assignee: None, tags: tags(&["disk"]), created };
//! issues.save(&issue(1, "full-disk", 1_700_000_000_000))?;
//! issues.save(&Issue { tags: tags(&["disk", "slow"]), ..issue(2, "slow-disk", 1_700_100_000_000) })?;
//! issues.save(&Issue { assignee: Some("ada".into()), ..issue(3, "no-disk", 1_700_200_000_000) })?;
//!
//! assert_eq!(issues.find(&Issue::SLUG, "full-disk")?.map(|(id, _)| id), Some(1));
//! assert_eq!(issues.find_all(&Issue::TAGS, "slow")?.len(), 1);
//! assert_eq!(issues.last_by(&Issue::BY_DAY, ..)?.map(|(id, _)| id), Some(3));
//! assert_eq!(issues.scan_missing(&Issue::ASSIGNEE, ..)?.len(), 2);
//! assert_eq!(issues.add(&issue(4, "no-disk", 0)).err().map(|error| error.code()), Some("UniqueViolation"));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! Every write updates the indexes of its table in the same transaction, which also checks uniqueness.
//!
//! # Declare
//!
//! | attribute | index | constant |
//! | --- | --- | --- |
//! | `#[unique] slug` | no two entities have the same value | `Issue::SLUG` |
//! | `#[index] assignee` | any number of entities have the same value | `Issue::ASSIGNEE` |
//! | `#[index(each)] tags` | an entity has an entry for each item | `Issue::TAGS` |
//! | `#[table(index(name = "city_born", on = (city, born)))]` | on several fields, in this order | `Person::CITY_BORN` |
//! | `#[table(index(name = "by_day", by = Issue::day, value = i64))]` | by a function | `Issue::BY_DAY` |
//!
//! The value may be any [key type](super::keys), so an index on several fields has ranges and prefixes. An `Option` that is
//! `None` stays out of the index. The [derive](derive@crate::Entity#indexes) lists all options. Without it, an index is a
//! `const`, which the schema and the reads name:
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
//! let heaviest = parcels.last_by(&BY_CITY, Prefix::of("Bonn"))?;
//! assert_eq!(heaviest.map(|(key, _)| key), Some(1));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Read
//!
//! | to read | call |
//! | --- | --- |
//! | the entity with a unique value | [`find`] |
//! | all entities with a value | [`find_all`] |
//! | the entities of a range or prefix of values, in the order of their values | [`scan_by`], [`iter_by`], [`page_by`] |
//! | the one with the lowest or the highest value | [`first_by`], [`last_by`] |
//! | their number | [`count_by`], which stops at the query's limit |
//! | the entities without a value | [`scan_missing`], which scans the table |
//! | the result and its changes, such as the latest twenty | [`watch_by`](super::change_feed#lists) |
//!
//! [`delete_by`](crate::EntityWriter::delete_by) deletes what an index selects. An entity with several values is returned and
//! counted once for each of them that the query selects.
//!
//! # Several conditions
//!
//! [`select`](crate::EntityReader::select) combines conditions on keys, indexes and fields with an order, a limit and a
//! projection. One condition finds the entities, by fixed rules, and the others are checked on each of them.
//! [`explain`](crate::store::Select::explain) says which, so a test can hold a query to its index.
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "books")]
//! struct Book {
//!     #[key]
//!     id: u64,
//!     title: String,
//!     #[index]
//!     author: String,
//!     #[index]
//!     year: i32,
//!     pages: u32,
//! }
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! let books = Book::table(backend);
//! for (id, title, year, pages) in [(1, "Tables", 2_001, 90), (2, "Chairs", 1_999, 500), (3, "Lamps", 2_005, 300)] {
//!     books.save(&Book { id, title: title.into(), author: "ada".into(), year, pages })?;
//! }
//!
//! let long = books.select().by(&Book::AUTHOR, Query::exactly("ada")).filter(|book| book.pages > 100);
//! let latest = long.order_by(&Book::YEAR).reverse().limit(10).map(|_, book| book.title);
//! assert_eq!(
//!     latest.explain()?.to_string(),
//!     "reads the index `author`, checks 1 condition on each entity, sorts in memory"
//! );
//! assert_eq!(latest.all()?, ["Lamps", "Chairs"]);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Change
//!
//! The [catalog](crate::catalog) holds the definition of each index: its name, kind, fields, type of values and revision. A
//! program with another definition is refused until it [migrates](super::migrations) the table, so an index never answers from
//! the entries of another definition. One fact a program can't see by itself: a function that returns other values than before.
//! Raise the revision with it, as in `index(name = "by_day", by = Issue::day, value = i64, revision = 2)`.
//!
//! # Cost and limits
//!
//! - An index costs one more entry for each value of an entity, and each write reads the entity that it replaces.
//! - The key of an entry has at most 4,096 bytes. In a unique index it is the indexed value. In another index it is the
//!   value, with each NUL counted twice, then two bytes, then the entity's key.
//! - A table has at most 64 indexes.
//! - If a read by an index finds an entry without its entity, it fails with [`IndexMismatch`](crate::ErrorKind::IndexMismatch) and
//!   never returns a wrong result. [`verify`](crate::EntityReader::verify) compares entities and entries, and
//!   [`reindex`](crate::EntityRepair::reindex) repairs what was damaged. No program needs them in normal work.
//!
//! [`find`]: crate::IndexReader::find
//! [`find_all`]: crate::IndexReader::find_all
//! [`scan_by`]: crate::IndexReader::scan_by
//! [`iter_by`]: crate::IndexReader::iter_by
//! [`page_by`]: crate::IndexReader::page_by
//! [`first_by`]: crate::IndexReader::first_by
//! [`last_by`]: crate::IndexReader::last_by
//! [`count_by`]: crate::IndexReader::count_by
//! [`scan_missing`]: crate::IndexReader::scan_missing
