//! Indexes on fields and by functions.

use std::collections::{BTreeSet, HashSet};

use keyloft::prelude::*;
use keyloft::store::IndexDefinition;
use serde::{Deserialize, Serialize};

use crate::backend;

#[derive(Serialize, Deserialize, Entity, Clone, Debug, Default, PartialEq)]
#[table(name = "people", key = u32)]
#[table(index(name = "by_city", on = (city, year), unique))]
#[table(index(name = "by_year", on = (year)))]
#[table(index(name = "initial", by = initial, value = String, revision = 4))]
#[table(index(name = "age", by = Person::age, value = u16, unique))]
#[table(index(name = "words", by = words, value = String, each))]
struct Person {
    name: String,
    city: Option<String>,
    year: u16,
    #[unique(each, name = "emails_taken")]
    emails: Vec<String>,
    #[index(each)]
    groups: BTreeSet<u8>,
    #[index(each)]
    colors: HashSet<String>,
    #[index(each)]
    digits: [u8; 2],
    #[index(each)]
    sizes: Box<[u8]>,
    #[index(each)]
    #[serde(rename = "nickName")]
    nick: Option<String>,
    #[index(revision = 2)]
    r#type: u8,
}

impl Person {
    fn age(&self) -> Option<u16> {
        2_026_u16.checked_sub(self.year).filter(|age| *age < 200)
    }
}

fn initial(person: &Person) -> Option<String> {
    person.name.get(..1).map(str::to_owned)
}

fn words(person: &Person) -> impl Iterator<Item = &str> {
    person.name.split_whitespace()
}

fn ada() -> Person {
    Person {
        name: "Ada Lovelace".into(),
        city: Some("London".into()),
        year: 1_980,
        emails: vec!["a@b.c".into(), "ada@b.c".into()],
        groups: [1, 2].into(),
        colors: ["red".to_owned()].into(),
        digits: [3, 4],
        sizes: [5, 6, 7].into(),
        nick: Some("AAL".into()),
        r#type: 9,
    }
}

#[test]
fn an_entity_has_an_entry_for_each_value() {
    let people = Person::table(backend());
    people.put(&1, &ada()).unwrap();
    people.put(&2, &Person::default()).unwrap();
    assert_eq!(people.verify().unwrap(), []);

    assert_eq!(people.count_by(&Person::GROUPS, ..).unwrap(), 2);
    assert_eq!(people.count_by(&Person::COLORS, ..).unwrap(), 1);
    assert_eq!(people.count_by(&Person::DIGITS, 3..).unwrap(), 2);
    assert_eq!(people.count_by(&Person::SIZES, ..).unwrap(), 3);
    assert_eq!(people.count_by(&Person::NICK, ..).unwrap(), 1);
    assert_eq!(people.count_by(&Person::WORDS, ..).unwrap(), 2);
    assert_eq!(people.count_by(&Person::TYPE, ..).unwrap(), 2);
    assert_eq!(people.find(&Person::EMAILS_TAKEN, "ada@b.c").unwrap().unwrap().0, 1);
    let taken = people.put(&3, &Person { emails: vec!["ada@b.c".into()], ..Person::default() });
    assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
}

#[test]
fn an_option_that_is_none_stays_out_of_an_index_on_several_fields() {
    let people = Person::table(backend());
    people.put(&1, &ada()).unwrap();
    people.put(&2, &Person { city: None, ..Person::default() }).unwrap();
    assert_eq!(people.count_by(&Person::BY_CITY, ..).unwrap(), 1);
    assert_eq!(people.count_by(&Person::BY_CITY, Prefix::of("London")).unwrap(), 1);
    let found = people.find(&Person::BY_CITY, &("London".to_owned(), 1_980)).unwrap();
    assert_eq!(found.map(|(key, _)| key), Some(1));
    assert_eq!(people.count_by(&Person::BY_YEAR, ..).unwrap(), 2);
}

#[test]
fn a_function_returns_a_value_or_an_option() {
    let people = Person::table(backend());
    people.put(&1, &ada()).unwrap();
    people.put(&2, &Person::default()).unwrap();
    assert_eq!(people.find(&Person::AGE, &46).unwrap().map(|(key, _)| key), Some(1));
    assert_eq!(people.count_by(&Person::AGE, ..).unwrap(), 1);
    assert_eq!(people.count_by(&Person::INITIAL, ..).unwrap(), 1);
}

#[test]
fn an_index_says_what_it_is_on() {
    fn of<V>(index: &dyn IndexDefinition<V>) -> (Vec<&str>, u32, bool) {
        (index.fields(), index.revision(), index.is_each())
    }
    assert_eq!(of(&Person::BY_CITY), (vec!["city", "year"], 1, false));
    assert_eq!(of(&Person::INITIAL), (vec![], 4, false));
    assert_eq!(of(&Person::WORDS), (vec![], 1, true));
    assert_eq!(of(&Person::EMAILS_TAKEN), (vec!["emails"], 1, true));
    assert_eq!(of(&Person::NICK), (vec!["nickName"], 1, true));
    assert_eq!(of(&Person::TYPE), (vec!["type"], 2, false));
}
