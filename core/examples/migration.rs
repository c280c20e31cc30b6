//! A migration: an entity gets other fields and an index, while the stored values stay readable.
//!
//! Run it with `cargo run --package keyloft --example migration`.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::catalog::{self, Migration};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

/// The fields of the first release. A program keeps the type as long as values of this version may be stored.
#[derive(Serialize, Deserialize, Entity)]
#[table(version = 1)]
struct ContactV1 {
    id: u32,
    name: String,
}

/// The second release: the name is split.
#[derive(Serialize, Deserialize, Entity)]
#[table(version = 2, upgrades = ContactV1)]
struct ContactV2 {
    id: u32,
    first: String,
    last: String,
}

/// The third release: an address is new, and contacts are found by their last name.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "contacts", version = 3, upgrades = ContactV2)]
struct Contact {
    #[key]
    id: u32,
    first: String,
    #[index]
    last: String,
    email: Option<String>,
}

impl From<ContactV1> for ContactV2 {
    fn from(ContactV1 { id, name }: ContactV1) -> Self {
        let (first, last) = name.split_once(' ').unwrap_or(("", &name));
        Self { id, first: first.to_owned(), last: last.to_owned() }
    }
}

impl From<ContactV2> for Contact {
    fn from(ContactV2 { id, first, last }: ContactV2) -> Self {
        Self { id, first, last, email: None }
    }
}

/// A golden value of each version: the bytes that its release wrote. They never change.
const GOLDEN: [&[u8]; 3] = [
    b"\x01\xe9\x0cU\x08\x01\x07\x0cAda Lovelace",
    b"\x01N\xc30w\x02\x07\x03Ada\x08Lovelace",
    b"\x01\xf0T\xc5'\x03\x07\x03Ada\x08Lovelace\x00",
];

fn main() -> Result<()> {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
    let contacts = Contact::table(backend.clone());

    // Each version is read as the newest, through the versions in between. The newest one writes its golden bytes.
    let ada = Contact { id: 7, first: "Ada".into(), last: "Lovelace".into(), email: None };
    for stored in GOLDEN {
        assert_eq!(contacts.deserialize(&7, stored)?, ada);
    }
    assert_eq!(contacts.serialize(&7, &ada)?, GOLDEN[2]);

    // The first release wrote this table. Here its program is a handle to the same database.
    let old = Table::<u32, ContactV1>::new(backend.clone(), "contacts");
    for (id, name) in (1..).zip(["Ada Lovelace", "Grace Hopper", "Annie Easley"]) {
        old.put(&id, &ContactV1 { id, name: name.into() })?;
    }

    // The third release is refused until it has moved the table. The error shows both sides and names the call.
    let refused = contacts.get(&1).err();
    assert_eq!(refused.as_ref().map(Error::code), Some("DefinitionMismatch"));
    if let Some(error) = refused {
        println!("the new program: {error}");
    }

    // The plan, and then the work, in transactions of about a thousand rows.
    let migration = Migration::new(backend.clone()).table(&Contact::schema());
    print!("{}", migration.plan()?);
    migration.run_with(|progress| {
        println!("{}: {} rows", progress.table, progress.rows);
        ControlFlow::Continue(())
    })?;
    assert!(migration.plan()?.is_empty());
    assert_eq!(contacts.find_all(&Contact::LAST, "Hopper")?.len(), 1);

    // The first release is refused from now on, also for calls that read no value.
    for refused in [old.get(&1).map(drop), old.delete(&1).map(drop), old.count().map(drop)] {
        assert_eq!(refused.err().map(|error| error.code()), Some("DefinitionMismatch"));
    }

    // Values are upgraded whenever they are read, and a write stores the newest version. `rewrite` stores all of them in
    // the newest version. Then no stored value needs the old types, and the program can drop them.
    let oldest = || {
        Ok::<_, Error>(catalog::table(&*backend.snapshot()?, contacts.partition())?.map(|entry| entry.oldest))
    };
    assert_eq!(oldest()?, Some(1));
    migration.rewrite().run()?;
    assert_eq!(oldest()?, Some(3));
    assert_eq!(contacts.count()?, 3);
    assert!(contacts.verify()?.is_empty());
    Ok(())
}
