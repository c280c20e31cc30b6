//! Rolling deploys: an old and a new release of a program on one database.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! /// The entity of release 1.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "contacts")]
//! struct ContactV1 {
//!     #[key]
//!     id: u32,
//!     name: String,
//! }
//!
//! /// The entity of release 2: a new field, which is unique.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "contacts", version = 2, upgrades = ContactV1)]
//! struct Contact {
//!     #[key]
//!     id: u32,
//!     name: String,
//!     #[unique]
//!     email: Option<String>,
//! }
//!
//! impl From<ContactV1> for Contact {
//!     fn from(ContactV1 { id, name }: ContactV1) -> Self {
//!         Self { id, name, email: None }
//!     }
//! }
//!
//! // Here the programs are two tables of one process.
//! let backend = Arc::new(MemoryBackend::new());
//! let (release_1, release_2) = (ContactV1::table(backend.clone()), Contact::table(backend));
//! let refused = Some("DefinitionMismatch");
//!
//! // Before the migration, release 1 works, and release 2 is refused.
//! release_1.save(&ContactV1 { id: 7, name: "Ada".into() })?;
//! assert_eq!(release_2.get(&7).err().map(|error| error.code()), refused);
//!
//! // After it, release 2 works, and release 1 is refused for every operation.
//! release_2.migrate()?;
//! release_2.save(&Contact { id: 7, name: "Ada".into(), email: Some("ada@example.org".into()) })?;
//! assert_eq!(release_1.get(&7).err().map(|error| error.code()), refused);
//! assert_eq!(release_1.delete(&7).err().map(|error| error.code()), refused);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! The example `rolling_deploy` in the repository is the whole program: three releases, with a new field, a new index, a
//! removed index, a changed key and an interrupted migration. It prints what each release sees.
//!
//! # The rule
//!
//! At each moment a table has one definition, and all programs that use it have the same one. One transaction moves it from
//! the old definition to the new one: the first of the migration. So two releases never write to a table by two definitions,
//! and neither can miss an index of the other. Tables that the new release doesn't change work in both releases.
//!
//! A program notices the change with its next operation, also in another process or another tab of a browser. In a file of
//! redb there is no overlap, unless the processes [share](super::backends) it: one process has the file open, so the new release
//! opens it after the old one has closed it.
//!
//! # The order of steps
//!
//! | step | release 1 | release 2 |
//! | --- | --- | --- |
//! | 1. Make a [backup](super::backup). | works | |
//! | 2. Start release 2, without requests. It prints its plan. | works | can only plan |
//! | 3. Stop the requests to release 1, or let it fail. | works | is refused |
//! | 4. Release 2 begins the migration: its first transaction. | is refused from here on | reads and writes by key |
//! | 5. Send the requests to release 2. The migration goes on. | is refused | a read by a new index is [`IndexNotBuilt`] |
//! | 6. The migration has ended. | is refused | works |
//! | 7. Stop release 1. | | works |
//!
//! A step that fails leaves a state of this table. If the migration stops in step 5, run it again: in any process of release
//! 2, as often as it takes.
//!
//! A program of release 1 that gets a [`DefinitionMismatch`] should end, or answer that it must be renewed: no later call
//! succeeds. Tell it from other errors by its code.
//!
//! # Each kind of change
//!
//! | change | between the steps 4 and 6 | the way back |
//! | --- | --- | --- |
//! | a new index | reads by this index are [`IndexNotBuilt`] | release 1 drops it |
//! | an index with other fields or of another kind | the same | release 1 builds it again |
//! | an index with a higher revision | the same | a release 3 with the old function and a still higher revision |
//! | a removed index | all reads answer | release 1 builds it again |
//! | a higher version | reads by every index of the table are [`IndexNotBuilt`] | the backup, or a release 3 |
//! | another key | the table can't be used | [`rekey`] with the reverse function; after a higher version, the same as there |
//!
//! *An index that always answers.* Deploy it in two releases. The first one has the index and doesn't read by it. The second
//! one reads by it, and has nothing to migrate.
//!
//! *Indexes of a large table.* A higher version builds all of them again, from the upgraded entities. If that takes too long, put
//! new fields into a table of their own, under the same keys. It begins with its first write, and old programs don't know it.
//!
//! # The way back
//!
//! Indexes go back by a migration of the old release, which names the index that it doesn't know:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::catalog::Migration;
//! use keyloft::prelude::*;
//!
//! const CITY: Index<String, String> = Index::new("city", |address| address.split(", ").nth(1).map(Into::into));
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! let release_1 = Table::<u32, String>::new(backend.clone(), "addresses");
//! release_1.put(&1, &"Main Street 1, Bonn".into())?;
//! let release_2 = Table::<u32, String>::with_schema(backend.clone(), Schema::new("addresses").index(CITY));
//! release_2.migrate()?;
//!
//! // Without the name, an old program could drop the indexes of a new one by its mere start.
//! assert_eq!(release_1.migrate().err().map(|error| error.code()), Some("DefinitionMismatch"));
//! Migration::new(backend).table(release_1.schema()).drop_index("addresses", "city").run()?;
//! assert_eq!(release_1.count()?, 1);
//! assert_eq!(release_2.count().err().map(|error| error.code()), Some("DefinitionMismatch"));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! A version doesn't go back, because values of the new version may be stored, which the old types can't hold. Either restore
//! the backup of step 1, without the writes since then. Or go forward: release 3 has the fields of release 1, and keeps the
//! type of version 2:
//!
//! ```
//! # use std::sync::Arc;
//! use keyloft::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(version = 1)]
//! struct ContactV1 {
//!     name: String,
//! }
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "contacts", key = u32, version = 2, upgrades = ContactV1)]
//! struct ContactV2 {
//!     name: String,
//!     email: Option<String>,
//! }
//!
//! /// The fields of version 1 again.
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "contacts", key = u32, version = 3, upgrades = ContactV2)]
//! struct Contact {
//!     name: String,
//! }
//!
//! impl From<ContactV1> for ContactV2 {
//!     fn from(ContactV1 { name }: ContactV1) -> Self {
//!         Self { name, email: None }
//!     }
//! }
//!
//! impl From<ContactV2> for Contact {
//!     fn from(ContactV2 { name, .. }: ContactV2) -> Self {
//!         Self { name }
//!     }
//! }
//!
//! # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
//! ContactV2::table(backend.clone()).put(&7, &ContactV2 { name: "Ada".into(), email: Some("ada@example.org".into()) })?;
//! let release_3 = Contact::table(backend);
//! release_3.migrate()?;
//! assert_eq!(release_3.get(&7)?.map(|contact| contact.name), Some("Ada".to_owned()));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! [`DefinitionMismatch`]: crate::ErrorKind::DefinitionMismatch
//! [`IndexNotBuilt`]: crate::ErrorKind::IndexNotBuilt
//! [`rekey`]: crate::catalog::Migration::rekey
