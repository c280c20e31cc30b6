//! Migrations: changes to an entity's fields, to a table's indexes and to its keys.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! /// The fields of version 1.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(version = 1)]
//! struct PersonV1 {
//!     name: String,
//! }
//!
//! /// The fields of version 2, and a new index.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "people", key = UserId, version = 2, upgrades = PersonV1)]
//! struct Person {
//!     #[index]
//!     name: String,
//!     email: Option<String>,
//! }
//!
//! impl From<PersonV1> for Person {
//!     fn from(PersonV1 { name }: PersonV1) -> Self {
//!         Self { name, email: None }
//!     }
//! }
//!
//! let backend = Arc::new(MemoryBackend::new());
//! let old = Table::<UserId, PersonV1>::new(backend.clone(), "people");
//! old.put(&"ada".into(), &PersonV1 { name: "Ada".into() })?;
//!
//! let people = Person::table(backend);
//! people.migrate()?; // at the start of the program
//! assert_eq!(people.find_all(&Person::NAME, "Ada")?[0].1.email, None);
//! assert_eq!(old.get(&"ada".into()).err().map(|error| error.code()), Some("DefinitionMismatch"));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # The definition
//!
//! The [catalog](crate::catalog) of a database holds the definition of each table: its key, its entity's shape, its schema
//! version, its indexes. A table is compared with it before it is read or written. If the definitions differ, every operation
//! is a [`DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch), until a migration moves the stored definition to the
//! program's. From then on, programs with the earlier definition are refused.
//!
//! | change | in the program | then call |
//! | --- | --- | --- |
//! | a field is added, removed, renamed or moved, or has another type | raise the version, keep the old type | [`migrate`] |
//! | an enum in the entity has a new variant at its end | nothing else | [`migrate`] |
//! | an index is added, or has another kind, other fields or another type | nothing else | [`migrate`] |
//! | the function of an index returns other values | raise the index's revision | [`migrate`] |
//! | an index is removed | nothing else | [`drop_index`] |
//! | an index is renamed | nothing else | [`drop_index`], which also builds the new one |
//! | the key has other parts or types | keep the old schema | [`rekey`] |
//! | an entity without a known shape derives `Entity` or `Shape` | nothing else | [`migrate`], which stores the shape |
//! | a guard, a function that completes entities, or the visibility changes | nothing else | nothing |
//!
//! `table.migrate()` is short for a [`Migration`](crate::catalog::Migration) of one table. With nothing to do, it makes one
//! read, so call it whenever the program starts.
//!
//! # Versions
//!
//! Each stored value has the schema version that it was written with. A table reads its own version, and older ones through
//! a chain of types: version 3 names version 2 with `upgrades`, which names version 1. Each has a `From` of the version before
//! it.
//!
//! ```
//! use keyloft::entity::Versioned;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! struct PriceV1(u64);
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(version = 2, upgrades = PriceV1)]
//! struct PriceV2 {
//!     cents: u64,
//!     currency: String,
//! }
//!
//! #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
//! #[table(name = "prices", key = u32, version = 3, upgrades = PriceV2)]
//! struct Price {
//!     cents: u64,
//!     currency: String,
//!     tax: u8,
//! }
//!
//! impl From<PriceV1> for PriceV2 {
//!     fn from(PriceV1(cents): PriceV1) -> Self {
//!         Self { cents, currency: "EUR".into() }
//!     }
//! }
//!
//! impl From<PriceV2> for Price {
//!     fn from(PriceV2 { cents, currency }: PriceV2) -> Self {
//!         Self { cents, currency, tax: 19 }
//!     }
//! }
//!
//! // Golden values: the payloads that each release wrote. A test keeps them, and they never change.
//! let euros = Price { cents: 5, currency: "EUR".into(), tax: 19 };
//! assert_eq!(Price::decode_version(1, b"\x05").unwrap(), euros);
//! assert_eq!(Price::decode_version(2, b"\x05\x03EUR").unwrap(), euros);
//! assert_eq!(Price::decode_version(3, b"\x05\x03EUR\x13").unwrap(), euros);
//! ```
//!
//! | version of the stored value | result of a read |
//! | --- | --- |
//! | the table's version | the decoded value |
//! | older | the value of that version, converted by each `From` |
//! | older than the chain | the error [`Decode`](crate::ErrorKind::Decode) |
//! | newer | the error [`NewerVersion`](crate::ErrorKind::NewerVersion) |
//!
//! Test each version with bytes that its program wrote and that you keep in a file: bytes that the test encodes itself would
//! change together with the types. [`serialize`](crate::EntityStore::serialize) returns the stored bytes of a key for such a file, and
//! [`deserialize`](crate::EntityStore::deserialize) reads them. The example `migration` does both.
//!
//! The upgrade runs at every read of an old value and stores nothing. The next write of the entity stores the newest version.
//! A table without the derive has a function instead of a chain: see [`Schema::version`](crate::Schema::version). The shape of
//! its entity is unknown, so only the version shows that the fields have changed.
//!
//! # The plan and the run
//!
//! [`plan`](crate::catalog::Migration::plan) returns the steps without taking any.
//! [`run_with`](crate::catalog::Migration::run_with) takes them in transactions of about a thousand rows, and reports after
//! each of them. If the process ends in between, or the report breaks, the same call resumes the work.
//!
//! ```
//! use std::ops::ControlFlow;
//! # use std::sync::Arc;
//!
//! use keyloft::catalog::Migration;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "parcels", key = u32)]
//! struct Parcel {
//!     weight: u32,
//!     city: String,
//! }
//!
//! /// The next release: parcels are found by their city, and weigh something.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "parcels", key = u32, version = 2, upgrades = Parcel)]
//! struct ParcelV2 {
//!     #[index]
//!     city: String,
//!     grams: u32,
//! }
//!
//! impl From<Parcel> for ParcelV2 {
//!     fn from(Parcel { weight, city }: Parcel) -> Self {
//!         Self { city, grams: weight * 1_000 }
//!     }
//! }
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! Parcel::table(backend.clone()).load((0..2_500).map(|id| (id, Parcel { weight: 5, city: "Bonn".into() })))?;
//!
//! let migration = || Migration::new(backend.clone()).table(&ParcelV2::schema()).rewrite();
//! let plan = [
//!     "parcels: raise the schema version from 1 to 2",
//!     "parcels: build index `city`",
//!     "parcels: store the values of older versions in the present one",
//! ];
//! assert_eq!(migration().plan()?.to_string().lines().collect::<Vec<_>>(), plan);
//!
//! // The process ends after the first thousand rows.
//! migration().run_with(|progress| {
//!     if progress.rows < 1_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
//! })?;
//!
//! // The table has the new definition. The index is updated by writes, and answers when it has all entries.
//! let parcels = ParcelV2::table(backend.clone());
//! assert_eq!(parcels.get(&7)?.map(|parcel| parcel.grams), Some(5_000));
//! assert_eq!(parcels.find_all(&ParcelV2::CITY, "Bonn").err().map(|error| error.code()), Some("IndexNotBuilt"));
//!
//! // The next process does the rest.
//! let mut rows = 0;
//! migration().run_with(|progress| {
//!     rows = progress.rows;
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(rows, 1_500);
//! assert!(migration().plan()?.is_empty());
//! assert_eq!(parcels.count_by(&ParcelV2::CITY, ..)?, 2_500);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! - *Several tables* are in one migration: [`table`](crate::catalog::Migration::table) adds each of them. They move one after
//!   the other.
//! - *Several scopes* have a catalog each. Run the migration on each [`Scoped`](crate::layers::Scoped) backend.
//! - *Several processes* may run the same migration at once. Each transaction goes on where the last one has ended. A change
//!   of keys is the exception: the last run begins the copying anew, and the others end with an error.
//! - *Indexes after a raised version.* All indexes of the table are built again, because an upgrade may change what they
//!   contain. Until then the table is read by its keys.
//! - *A unique index* is checked when it is built. If two rows have the same value, the run fails with
//!   [`UniqueViolation`](crate::ErrorKind::UniqueViolation), which names both. Change one of them, and run it again. Until the
//!   index is built, writes compare a new value with the rows that the run has reached only.
//! - *An indexed value that is too long* stops the run with [`IndexedValueTooLong`](crate::ErrorKind::IndexedValueTooLong).
//!   Shorten the value, or index less of it under a higher revision, and run it again.
//! - *A row that can't be decoded* stops the run with [`Decode`](crate::ErrorKind::Decode), which names the row. Repair or
//!   [`discard`](crate::EntityRepair::discard) it, and run it again.
//!
//! # Old values
//!
//! A migration leaves old values as they are: its first transaction raises the version, and the rest of its work is that on
//! the indexes. [`rewrite`](crate::catalog::Migration::rewrite) stores all values in the newest version. After it, the field
//! [`oldest`](crate::catalog::CatalogEntry::oldest) of the table's entry in the catalog is that version, and the program can
//! drop the types of older ones. Keep them as long as backups may hold their values.
//!
//! # Keys
//!
//! [`rekey`] gives each row the key that a function returns. It takes the old schema, to read the rows, and the new one.
//! While it runs, the table can't be used. If the function fails, or two rows get the same key, the table is as it was. After
//! a panic or a crash, run it again, or call [`abandon_rekey`](crate::catalog::Migration::abandon_rekey).
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::catalog::Migration;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "notes", key = u32)]
//! struct NoteV1 {
//!     author: UserId,
//!     text: String,
//! }
//!
//! /// The author is the first part of the key.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "notes", key = (UserId, u32), version = 2, upgrades = NoteV1)]
//! struct Note {
//!     text: String,
//! }
//!
//! impl From<NoteV1> for Note {
//!     fn from(NoteV1 { text, .. }: NoteV1) -> Self {
//!         Self { text }
//!     }
//! }
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! NoteV1::table(backend.clone()).put(&7, &NoteV1 { author: "ada".into(), text: "milk".into() })?;
//!
//! let migration = Migration::new(backend.clone());
//! migration.rekey(&NoteV1::schema(), &Note::schema(), |id, note| Ok((note.author, id))).run()?;
//! let notes = Note::table(backend);
//! assert_eq!(notes.get(&("ada".into(), 7))?.map(|note| note.text), Some("milk".to_owned()));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Several programs
//!
//! The guide to [rolling deploys](super::rolling_deploys) says what old and new programs on one database see at each step,
//! and how to go back.
//!
//! [`migrate`]: crate::EntityStore::migrate
//! [`drop_index`]: crate::catalog::Migration::drop_index
//! [`rekey`]: crate::catalog::Migration::rekey
