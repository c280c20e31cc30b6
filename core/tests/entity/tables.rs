//! The description of a whole table.

use keyloft::entity::Versioned;
use keyloft::prelude::*;
use keyloft::shape::Shape;
use serde::{Deserialize, Serialize};

use crate::backend;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey, Shape)]
pub(crate) enum State {
    Open,
    Closed,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Shape)]
struct Line {
    text: String,
}

#[derive(Serialize, Deserialize, Entity, Clone, Debug, PartialEq)]
#[table(name = "issues", version = 2, upgrades = IssueV1)]
#[table(index(name = "by_day", by = Issue::day, value = i64, revision = 3))]
#[serde(rename_all = "camelCase")]
struct Issue {
    #[key]
    id: u32,
    #[unique]
    slug: String,
    #[index]
    state: Option<State>,
    #[index(each)]
    all_tags: Vec<String>,
    at: i64,
    lines: Vec<Line>,
}

impl Issue {
    fn day(&self) -> i64 {
        self.at / 86_400
    }
}

#[derive(Serialize, Deserialize, Entity)]
struct IssueV1 {
    id: u32,
    slug: String,
}

impl From<IssueV1> for Issue {
    fn from(IssueV1 { id, slug }: IssueV1) -> Self {
        Self { id, slug, state: None, all_tags: Vec::new(), at: 0, lines: Vec::new() }
    }
}

fn issue(id: u32, slug: &str) -> Issue {
    let lines = vec![Line { text: "it is full".into() }];
    Issue {
        id,
        slug: slug.into(),
        state: Some(State::Open),
        all_tags: vec!["disk".into(), "urgent".into()],
        at: 2 * 86_400 + 1,
        lines,
    }
}

#[test]
fn a_table_has_the_name_the_version_the_key_and_the_indexes_of_its_entity() {
    let issues = Issue::table(backend());
    assert_eq!((Issue::NAME, Issue::VERSION), ("issues", 2));
    assert_eq!(issues.partition().as_str(), "issues");
    assert_eq!(issues.schema_version(), 2);
    let indexes: Vec<_> = issues.schema().indexes().collect();
    assert_eq!(indexes, [("slug", true), ("state", false), ("all_tags", false), ("by_day", false)]);
    let _: &Table<u32, Issue> = &issues;
}

#[test]
fn an_entity_is_found_by_each_of_its_indexes() {
    let issues = Issue::table(backend());
    let full = issue(7, "full-disk");
    issues.put(&full.key(), &full).unwrap();
    issues.save(&Issue { state: None, at: 0, all_tags: vec![], ..issue(8, "slow") }).unwrap();

    assert_eq!(issues.get(&7).unwrap(), Some(full.clone()));
    assert_eq!(issues.find(&Issue::SLUG, "full-disk").unwrap(), Some((7, full.clone())));
    assert_eq!(issues.find_all(&Issue::STATE, &State::Open).unwrap(), [(7, full.clone())]);
    assert_eq!(issues.count_by(&Issue::STATE, ..).unwrap(), 1);
    assert_eq!(issues.find_all(&Issue::ALL_TAGS, "urgent").unwrap(), [(7, full.clone())]);
    assert_eq!(issues.count_by(&Issue::ALL_TAGS, ..).unwrap(), 2);
    assert_eq!(issues.find_all(&Issue::BY_DAY, &2).unwrap(), [(7, full)]);
    assert_eq!(issues.verify().unwrap(), []);
}

#[test]
fn the_hand_written_schema_has_the_same_bytes() {
    let derived = Issue::table(backend());
    let schema = Schema::new("issues").version_without_upgrade(2);
    let written = Table::<u32, Issue>::with_schema(backend(), schema);
    let full = issue(7, "full-disk");
    assert_eq!(derived.serialize(&7, &full).unwrap(), written.serialize(&7, &full).unwrap());
}

#[test]
fn an_entity_has_a_shape() {
    assert_eq!(
        Shape::of::<Issue>().to_string(),
        "{id: u32, slug: text, state: optional one of (Open, Closed), allTags: list of text, at: i64, lines: list of {text: text}}",
    );
}

#[test]
fn one_entity_can_have_several_tables() {
    let backend = backend();
    let old = Table::with_schema(backend.clone(), Issue::schema_in("issues_2025"));
    old.save(&issue(1, "a")).unwrap();
    assert_eq!(Issue::table(backend).count().unwrap(), 0);
    assert_eq!(old.count().unwrap(), 1);
}

/// An enum, whose fields are those of its variants. It has its own key, and indexes by functions.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "events", key = (String, u64))]
#[table(index(name = "amount", by = amount, value = u32))]
enum Event {
    Paid { amount: u32 },
    Renamed(String),
    Closed,
}

fn amount(event: &Event) -> Option<u32> {
    if let Event::Paid { amount } = event { Some(*amount) } else { None }
}

#[test]
fn an_enum_is_an_entity() {
    let events = Event::table(backend());
    let events_of = |number: u64| ("account".to_owned(), number);
    events.put(&events_of(1), &Event::Paid { amount: 5 }).unwrap();
    events.put(&events_of(2), &Event::Renamed("x".into())).unwrap();
    events.put(&events_of(3), &Event::Closed).unwrap();
    assert_eq!(events.find_all(&Event::AMOUNT, &5).unwrap(), [(events_of(1), Event::Paid { amount: 5 })]);
    assert_eq!(events.count_by(&Event::AMOUNT, ..).unwrap(), 1);
    assert_eq!(Shape::of::<Event>().to_string(), "one of (Paid: {amount: u32}, Renamed: text, Closed)");
}

mod reexporting {
    pub(crate) use keyloft as typed;
}

#[derive(Serialize, Deserialize, reexporting::typed::Shape)]
#[shape(crate = "crate::tables::reexporting::typed")]
struct Part {
    number: u8,
}

#[derive(Serialize, Deserialize, reexporting::typed::Entity)]
#[table(name = "renamed", crate = "crate::tables::reexporting::typed")]
struct Renamed {
    #[key]
    id: u8,
    #[index]
    part: u8,
    #[expires]
    at: i64,
    parts: Vec<Part>,
}

#[test]
fn the_crate_can_have_another_path() {
    let table = Renamed::table(backend(), std::sync::Arc::new(|| 0));
    table.save(&Renamed { id: 1, part: 2, at: 5, parts: vec![Part { number: 1 }] }).unwrap();
    assert_eq!(table.count_by(&Renamed::PART, ..).unwrap(), 1);
}

/// The shape of a foreign type is not known.
#[derive(Serialize, Deserialize)]
struct Foreign(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "opaque", opaque)]
struct Opaque {
    #[key]
    id: u8,
    foreign: Foreign,
}

#[test]
fn an_opaque_entity_needs_no_shapes() {
    let table = Opaque::table(backend());
    table.save(&Opaque { id: 1, foreign: Foreign(7) }).unwrap();
    assert_eq!(table.get(&1).unwrap().unwrap().foreign.0, 7);
}
