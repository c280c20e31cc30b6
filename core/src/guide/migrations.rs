//! Migrations: changes to an entity's fields, and to a table's indexes.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft::value::decode_payload;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! /// The fields of version 1.
//! #[derive(Serialize, Deserialize)]
//! struct PersonV1 {
//!     name: String,
//! }
//!
//! /// The fields of version 2.
//! #[derive(Serialize, Deserialize)]
//! struct Person {
//!     name: String,
//!     email: Option<String>,
//! }
//!
//! let backend = Arc::new(MemoryBackend::new());
//! let old = Table::<UserId, PersonV1>::new(backend.clone(), "people");
//! old.put(&"ada".into(), &PersonV1 { name: "Ada".into() })?;
//!
//! let schema = Schema::new("people").version(2, |_from, payload| {
//!     let PersonV1 { name } = decode_payload(payload)?;
//!     Ok(Person { name, email: None })
//! });
//! let people = Table::<UserId, Person>::with_schema(backend, schema);
//! people.migrate()?;
//! assert_eq!(people.get(&"ada".into())?.map(|person| person.name), Some("Ada".to_owned()));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # The version
//!
//! Every stored value has the schema version that it was written with. The table's version is 1, unless its schema
//! [sets another](crate::Schema::version). Raise it with every change to the number, the order or the types of an entity's
//! fields. Raise it for a new variant of an enumeration too, even at the end: the stored bytes stay valid, but older
//! programs can't read the new variant.
//!
//! | version of the stored value | result of a read |
//! | --- | --- |
//! | the table's version | the decoded value |
//! | older | the result of the upgrade, which gets the version and the payload |
//! | older, without an upgrade | the error [`Decode`](crate::Error::Decode) |
//! | newer | the error [`NewerVersion`](crate::Error::NewerVersion): an older program meets newer data |
//!
//! If the fields change and the version doesn't, most reads fail, because trailing bytes and malformed values are errors.
//! But some changes go unnoticed: two fields of one type that change places decode without an error. Only the version
//! tells them apart.
//!
//! # The upgrade
//!
//! An upgrade is a function from the old version and the payload to the current entity. It runs at every read of an old
//! value and stores nothing: the next write of the entity stores the current version. Keep the old types as long as values
//! of their versions may exist. With several old versions, match on the number:
//!
//! ```
//! use keyloft::error::DecodeReason;
//! use keyloft::value::decode_payload;
//!
//! /// Version 1 had a price. Version 2 had a price and a currency. Version 3 has the tax, too.
//! fn upgrade(from: u32, payload: &[u8]) -> Result<(u64, String, u8), DecodeReason> {
//!     let (price, currency) = match from {
//!         1 => (decode_payload(payload)?, "EUR".to_owned()),
//!         2 => decode_payload(payload)?,
//!         other => return Err(DecodeReason::other(format!("there was no version {other}"))),
//!     };
//!     Ok((price, currency, 19))
//! }
//! # assert_eq!(upgrade(1, &[5]).unwrap(), (5, "EUR".to_owned(), 19));
//! # assert_eq!(upgrade(2, b"\x05\x03USD").unwrap(), (5, "USD".to_owned(), 19));
//! # assert!(upgrade(9, &[5]).is_err());
//! ```
//!
//! Test the upgrade with bytes that the old program wrote and that you keep in a file. Bytes that the test encodes itself
//! would change together with the types.
//!
//! To remove an upgrade later, rewrite the table first: put every entity once.
//!
//! ```
//! # use std::sync::Arc;
//! # use keyloft::prelude::*;
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! # let people = Table::<UserId, String>::new(backend, "people");
//! # people.put(&"ada".into(), &"Ada".into())?;
//! let mut after: Option<Cursor> = None;
//! loop {
//!     let page = people.page(.., 1_000, after.as_ref())?;
//!     people.put_many(&page.entries)?;
//!     after = page.next;
//!     if after.is_none() {
//!         break;
//!     }
//! }
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! This loop isn't atomic: no other code may write the same entities while it runs.
//!
//! # Indexes
//!
//! After a change to the indexes of a schema, or to an index's function, call [`reindex`](crate::EntityRepair::reindex)
//! once, before any read by an index and any write. It builds all indexes of the table in one transaction, and removes
//! the entries of indexes that the schema doesn't have any more. A unique index that isn't built can't refuse the values
//! of older entities.
//!
//! The database doesn't record which definition an index was built with. So the program must know whether it has reindexed,
//! for example by a version number in another table. [`verify`](crate::EntityReader::verify) finds every entity that is
//! missing in an index.
//!
//! # Keys
//!
//! A table's key type can't change. Make a table with another name, copy the entities in one transaction, and clear the old
//! table with [`clear_table`](crate::store::clear_table), which clears its indexes too.
