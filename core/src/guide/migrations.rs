//! Migrations: an entity with other fields, a table with other indexes.
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
//! assert_eq!(people.get(&"ada".into())?.map(|person| person.name), Some("Ada".to_owned()));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # The version
//!
//! Every stored value begins with the schema version that it was written with. A table has one too: 1, unless its schema
//! [says otherwise](crate::Schema::version). Raise it with every change to an entity's fields: their number, their order
//! or their types. A new variant at the end of an enumeration changes no stored bytes, but older programs can't read it;
//! so raise the version there as well.
//!
//! | a stored value of | is |
//! | --- | --- |
//! | the table's version | decoded |
//! | an older version | passed to the upgrade, with its version |
//! | an older version, without an upgrade | [`Decode`](crate::Error::Decode) |
//! | a newer version | [`NewerVersion`](crate::Error::NewerVersion): an older program meets newer data |
//!
//! A type whose fields changed under the same version is mostly found too, because trailing bytes and malformed values are
//! errors. It isn't always: two fields of one type that change places decode without an error. The version is what tells
//! them apart.
//!
//! # The upgrade
//!
//! An upgrade is a function from the old version and the payload to the present entity. It runs at every read of an old
//! value and stores nothing: the next write of the entity stores the present version. Keep the old types, since the data
//! of every version stays readable for ever. With several old versions, match on the number:
//!
//! ```
//! use keyloft::error::DecodeReason;
//! use keyloft::value::decode_payload;
//!
//! /// Version 1 was a bare price, version 2 a price and a currency; version 3 has the tax too.
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
//! Test it with bytes that the old program has written, kept in a file: code that produces them anew changes with the
//! types.
//!
//! To rewrite a table, so that an upgrade can be removed later, put every entity once:
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
//! This loop isn't atomic: nothing else may write the same entities meanwhile.
//!
//! # Indexes
//!
//! After a change to the indexes of a schema, or to the value that one takes from an entity, call
//! [`reindex`](crate::EntityRepair::reindex) once, before the table is read by them. It builds all indexes of the table in
//! one transaction, and removes what is left of those that the schema doesn't have any more.
//!
//! Nothing remembers yet which definition an index was built with. So a program that adds an index must know by itself
//! that the table is older, for example by a version number in a table of its own. [`verify`](crate::EntityReader::verify)
//! finds every entity that is missing in an index. A write to a table whose new unique index isn't built yet can't see
//! the values of the older entities: reindex first.
//!
//! # Keys
//!
//! A table's key type can't change. Make another table, copy the entities in one transaction, and clear the old table with
//! [`clear_table`](crate::store::clear_table), which removes its indexes too.
