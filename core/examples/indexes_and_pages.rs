//! Indexes, which every write updates, and pages, whose cursors can be sent as text.
//!
//! Run it with `cargo run --package keyloft --example indexes_and_pages`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug)]
struct Person {
    email: String,
    city: Option<String>,
    born: i32,
}

/// No two people have the same address.
const EMAIL: UniqueIndex<Person, String> = UniqueIndex::new("email", |person| Some(person.email.clone()));
/// A person without a city is not in this index.
const CITY: Index<Person, String> = Index::new("city", |person| person.city.clone());
/// The year of birth within a city: an index on a composite.
const CITY_BORN: Index<Person, (String, i32)> =
    Index::new("city_born", |person| Some((person.city.clone()?, person.born)));

fn main() -> Result<()> {
    let schema = Schema::new("people").index(EMAIL).index(CITY).index(CITY_BORN);
    let people = Table::<u64, Person>::with_schema(Arc::new(MemoryBackend::new()), schema);
    for (id, born) in (1_u64..=10).zip(1_970..) {
        let city = (id != 10).then(|| if id % 3 == 0 { "Bonn" } else { "Oslo" }.to_owned());
        people.insert(&id, &Person { email: format!("{id}@example.org"), city, born })?;
    }

    // One entity by a unique value, several by another.
    let found = people.find(&EMAIL, "7@example.org")?;
    assert_eq!(found.map(|(id, _)| id), Some(7));
    assert_eq!(people.find_all(&CITY, "Bonn")?.len(), 3);

    // A range of the index's values: born in Oslo before 1975, the youngest first.
    let range = Query::range(..("Oslo".to_owned(), 1_975)).within(Prefix::of("Oslo")).reverse();
    let early: Vec<u64> =
        people.iter_by(&CITY_BORN, range)?.map(|entry| Ok(entry?.0)).collect::<Result<_>>()?;
    println!("born in Oslo before 1975: {early:?}");
    assert_eq!(early, [5, 4, 2, 1]);

    // A write that would break uniqueness changes nothing.
    let taken = people.update(&8, |person| {
        person.email = "7@example.org".into();
        person.born = 0;
        Ok(())
    });
    assert_eq!(taken.err().map(|error| error.code()), Some("UniqueViolation"));
    assert_eq!(people.get(&8)?.map(|person| person.born), Some(1_977));

    // Pages. A cursor can be sent as text. Every other query refuses it.
    let mut link: Option<String> = None;
    let mut sizes = Vec::new();
    loop {
        let after = link.as_deref().map(str::parse::<Cursor>).transpose()?;
        let page = people.page_by(&CITY, Query::exactly("Oslo"), 4, after.as_ref())?;
        println!(
            "a page of {}: {:?}",
            page.entries.len(),
            page.entries.iter().map(|(id, _)| id).collect::<Vec<_>>()
        );
        sizes.push(page.entries.len());
        match page.next {
            Some(cursor) => link = Some(cursor.to_string()),
            None => break,
        }
    }
    assert_eq!(sizes, [4, 2]);
    let cursor = link.as_deref().map(str::parse::<Cursor>).transpose()?;
    let refused = people.page(.., 4, cursor.as_ref());
    assert_eq!(refused.err().map(|error| error.code()), Some("InvalidCursor"));

    // `reindex` rebuilds the indexes from the entities, for example after an index was added.
    assert!(people.verify()?.is_empty());
    println!("{} index entries rebuilt", people.reindex()?);
    Ok(())
}
