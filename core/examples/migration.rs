//! A migration: an entity gets other fields, and a table another index, while the old data stays readable.
//!
//! Run it with `cargo run --package keyloft --example migration`.

use std::sync::Arc;

use keyloft::error::DecodeReason;
use keyloft::prelude::*;
use keyloft::value::decode_payload;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

/// The first release of the program.
mod v1 {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Contact {
        pub(crate) name: String,
    }
}

/// The second release: the name is split, and an address is new.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Contact {
    first: String,
    last: String,
    email: Option<String>,
}

const LAST: Index<Contact, String> = Index::new("last", |contact| Some(contact.last.clone()));

/// Decodes a payload of an older version. `from` is the version that it was written with.
fn upgrade(from: u32, payload: &[u8]) -> Result<Contact, DecodeReason> {
    match from {
        1 => {
            let v1::Contact { name } = decode_payload(payload)?;
            let (first, last) = name.split_once(' ').unwrap_or(("", &name));
            Ok(Contact { first: first.to_owned(), last: last.to_owned(), email: None })
        }
        other => Err(DecodeReason::other(format!("there was no version {other}"))),
    }
}

fn main() -> Result<()> {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());

    // Written by the first release.
    let old = Table::<u32, v1::Contact>::new(backend.clone(), "contacts");
    old.put(&1, &v1::Contact { name: "Ada Lovelace".into() })?;
    old.put(&2, &v1::Contact { name: "Grace Hopper".into() })?;

    // The second release reads them as entities of its version. Nothing is rewritten.
    let schema = Schema::new("contacts").version(2, upgrade).index(LAST);
    let contacts = Table::<u32, Contact>::with_schema(backend.clone(), schema);
    assert_eq!(contacts.get(&1)?.map(|contact| contact.last), Some("Lovelace".to_owned()));

    // The new index has no entries for the old entities until it is built.
    let missing = contacts.verify()?;
    println!("before reindex: {} mismatches", missing.len());
    assert_eq!(missing.len(), 2);
    contacts.reindex()?;
    assert_eq!(contacts.find_all(&LAST, "Hopper")?.len(), 1);
    assert!(contacts.verify()?.is_empty());

    // A write stores the new version. Rewriting all entities is optional.
    contacts.update(&1, |contact| {
        contact.email = Some("ada@example.org".into());
        Ok(())
    })?;

    // The first release refuses entities that the second one wrote.
    let refused = old.get(&1).err();
    assert_eq!(refused.as_ref().map(Error::code), Some("NewerVersion"));
    if let Some(error) = refused {
        println!("the old program: {error}");
    }
    assert_eq!(old.get(&2)?.map(|contact| contact.name), Some("Grace Hopper".to_owned()));
    Ok(())
}
