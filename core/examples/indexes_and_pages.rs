//! Indexes, which every write updates, and pages, whose cursors can be sent as text.
//!
//! Run it with `cargo run --package keyloft --example indexes_and_pages`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity, Debug)]
#[table(name = "people", key = u64)]
#[table(index(name = "city_born", on = (city, born)))] // the year of birth within a city
struct Person {
    /// No two people have the same address.
    #[unique]
    email: String,
    /// A person without a city is not in this index.
    #[index]
    city: Option<String>,
    born: i32,
    /// A person has an entry for each language.
    #[index(each)]
    languages: Vec<String>,
}

fn main() -> Result<()> {
    let people = Person::table(Arc::new(MemoryBackend::new()));
    for (id, born) in (1_u64..=10).zip(1_970..) {
        let city = (id != 10).then(|| if id % 3 == 0 { "Bonn" } else { "Oslo" }.to_owned());
        let languages = ["German", "Norwegian", "Sami"].map(str::to_owned);
        let languages = if id % 3 == 0 { languages[..1].to_vec() } else { languages[1..].to_vec() };
        people.insert(&id, &Person { email: format!("{id}@example.org"), city, born, languages })?;
    }

    // One entity by a unique value, several by another.
    let found = people.find(&Person::EMAIL, "7@example.org")?;
    assert_eq!(found.map(|(id, _)| id), Some(7));
    assert_eq!(people.find_all(&Person::CITY, "Bonn")?.len(), 3);
    assert_eq!(people.find_all(&Person::LANGUAGES, "Sami")?.len(), 7);

    // The entities without a value are in no index: a scan of the table finds them.
    let missing = people.scan_missing(&Person::CITY, ..)?;
    assert_eq!(missing.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [10]);

    // A range of the index's values: born in Oslo before 1975, the youngest first.
    let range = Query::range(..("Oslo".to_owned(), 1_975)).within(Prefix::of("Oslo")).reverse();
    let early: Vec<u64> =
        people.iter_by(&Person::CITY_BORN, range)?.map(|entry| Ok(entry?.0)).collect::<Result<_>>()?;
    println!("born in Oslo before 1975: {early:?}");
    assert_eq!(early, [5, 4, 2, 1]);
    let oldest = people.first_by(&Person::CITY_BORN, Prefix::of("Bonn"))?;
    assert_eq!(oldest.map(|(_, person)| person.born), Some(1_972));

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
        let page = people.page_by(&Person::CITY, Query::exactly("Oslo"), 4, after.as_ref())?;
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

    // `verify` compares the indexes with the entities, and `reindex` repairs them after damage.
    assert!(people.verify()?.is_empty());
    println!("{} index entries rebuilt", people.reindex()?);
    Ok(())
}
