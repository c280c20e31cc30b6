//! Tables without their types keep the tables whole.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::untyped::{UntypedEntity, UntypedTable};
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity, Clone, Debug, PartialEq)]
#[table(name = "notes")]
struct Note {
    #[key]
    user: String,
    #[key]
    id: u32,
    #[unique]
    slug: String,
    #[index(each)]
    tags: Vec<String>,
    text: Option<String>,
}

fn note(id: u32, slug: &str) -> Note {
    let tags = vec!["new".to_owned(), slug.to_owned()];
    Note { user: "ada".into(), id, slug: slug.into(), tags, text: None }
}

fn backend() -> Arc<dyn StorageBackend> {
    Arc::new(MemoryBackend::new())
}

fn open(backend: &Arc<dyn StorageBackend>, name: &str) -> UntypedTable {
    UntypedTable::open(backend.clone(), name).unwrap().unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().code().to_owned()
}

#[test]
fn reads_what_a_typed_table_wrote() {
    let backend = backend();
    Note::table(backend.clone()).save_many(&[note(1, "milk"), note(2, "bread")]).unwrap();
    let notes = open(&backend, "notes");
    let texts: Vec<String> = notes
        .scan_all()
        .unwrap()
        .iter()
        .map(|(key, note)| notes.key_text(key) + &notes.to_json(note).unwrap())
        .collect();
    let row = r#"(ada, 1){"user":"ada","id":1,"slug":"milk","tags":["new","milk"],"text":null}"#;
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0], row);
    let tags = notes.index("tags").unwrap();
    assert_eq!(notes.find_all(&tags, &b"new".to_vec()).unwrap().len(), 2);
    assert!(notes.verify().unwrap().is_empty());
    assert_eq!(code(notes.index("colour").map(drop)), "UnknownIndex");
    assert!(UntypedTable::open(backend, "nowhere").unwrap().is_none());
}

#[test]
fn writes_keep_indexes_and_uniqueness() {
    let backend = backend();
    let typed = Note::table(backend.clone());
    typed.save(&note(1, "milk")).unwrap();
    let notes = open(&backend, "notes");
    let put = |key: &str, json: &str| {
        let key = notes.key_from_text(key)?;
        notes.put(&key, &notes.from_json(&key, json)?)
    };
    put("(ada, 2)", r#"{"user":"ada","id":2,"slug":"bread","tags":["old"]}"#).unwrap();
    assert_eq!(typed.find(&Note::SLUG, "bread").unwrap().unwrap().1.id, 2);
    assert_eq!(typed.find_all(&Note::TAGS, "old").unwrap().len(), 1);
    let taken = put("(ada, 3)", r#"{"user":"ada","id":3,"slug":"milk","tags":[]}"#);
    assert_eq!(code(taken), "UniqueViolation");

    put("(ada, 1)", r#"{"user":"ada","id":1,"slug":"cheese","tags":[]}"#).unwrap();
    assert!(typed.find(&Note::SLUG, "milk").unwrap().is_none());
    assert!(typed.verify().unwrap().is_empty());
    assert!(notes.delete(&notes.key_from_text("(ada, 1)").unwrap()).unwrap());
    assert!(typed.find(&Note::SLUG, "cheese").unwrap().is_none());
    assert!(typed.verify().unwrap().is_empty());
}

#[test]
fn refuses_what_the_type_would_not_have_written() {
    let backend = backend();
    Note::table(backend.clone()).save(&note(1, "milk")).unwrap();
    let notes = open(&backend, "notes");
    let key = notes.key_from_text("(ada, 1)").unwrap();
    let other = notes.key_from_text("(ada, 9)").unwrap();
    let milk = notes.get(&key).unwrap().unwrap();
    let bread = r#"{"user":"ada","id":2,"slug":"bread","tags":[]}"#;
    let bread = notes.from_json(&other, bread).unwrap();
    assert_eq!(code(notes.put(&other, &bread)), "Invalid");
    assert_eq!(code(notes.put(&b"rubbish".to_vec(), &bread)), "Invalid");
    let payload = [&*milk.payload, b"more"].concat();
    assert_eq!(code(notes.put(&key, &UntypedEntity { payload, ..milk.clone() })), "Invalid");
    assert_eq!(code(notes.put(&key, &UntypedEntity { version: 0, ..milk.clone() })), "Encode");
    assert_eq!(code(notes.from_json(&key, r#"{"user":"ada"}"#)), "Encode");
    assert_eq!(code(notes.from_json(&key, "rubbish")), "Encode");
    assert_eq!(code(notes.key_from_text("(ada)")), "InvalidKey");
    assert_eq!(notes.scan_all().unwrap(), [(key, milk)]);
}

#[test]
fn leaves_tables_alone_whose_rules_it_does_not_know() {
    const LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());
    let backend = backend();
    Table::<u32, (u8, u8)>::new(backend.clone(), "unknown").put(&1, &(2, 3)).unwrap();
    let schema =
        Schema::<u32, String>::new("lengths").shape(keyloft::shape::Shape::of::<String>()).index(LENGTH);
    Table::with_schema(backend.clone(), schema).put(&1, &"milk".into()).unwrap();
    let users = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
    users.put(&UserRowId::from_strings("ada", "1"), &UserTableRow::new(Row::new(), 0)).unwrap();
    let system = SystemTables::new(backend.clone());
    system
        .namespaces
        .put(&"app".into(), &keyloft::Namespace::new(keyloft::NamespaceId::from("app"), 0))
        .unwrap();

    for (name, reason, refused) in [
        ("unknown", "the catalog has no shape", "Invalid"),
        ("lengths", "index `length` is by a function", "Invalid"),
        (users.partition().as_str(), "a type with rules", "Invalid"),
        ("system_namespaces", "a type with rules", "InvalidPartition"),
    ] {
        let table = open(&backend, name);
        assert!(table.obstacle().unwrap().contains(reason), "{name}");
        let (key, entity) = table.scan_all().unwrap().remove(0);
        assert_eq!(code(table.put(&key, &entity)), refused, "{name}");
        assert_eq!(code(table.delete(&key)), refused, "{name}");
        assert_eq!(table.count().unwrap(), 1, "{name}");
    }
    let lengths = open(&backend, "lengths");
    assert_eq!(lengths.count_by(&lengths.index("length").unwrap(), ..).unwrap(), 1);
    assert!(lengths.verify().unwrap().is_empty());
}

#[test]
fn shows_rows_of_older_versions_and_leaves_them() {
    let backend = backend();
    let old = Table::<u32, String>::new(backend.clone(), "names");
    old.put(&1, &"Ada".into()).unwrap();
    let schema = Schema::<u32, (String, u8)>::new("names")
        .shape(keyloft::shape::Shape::of::<(String, u8)>())
        .version(2, |_, payload| Ok((keyloft::value::decode_payload(payload)?, 0)));
    let new = Table::with_schema(backend.clone(), schema);
    new.migrate().unwrap();
    new.put(&2, &("Grace".into(), 85)).unwrap();

    let names = open(&backend, "names");
    let rows = names.scan_all().unwrap();
    assert_eq!(rows.iter().map(|(_, row)| row.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(names.to_json(&rows[0].1), None);
    assert_eq!(names.to_json(&rows[1].1).as_deref(), Some(r#"["Grace",85]"#));
    assert_eq!(code(names.put(&rows[0].0, &rows[0].1)), "Encode");
    names.put(&rows[0].0, &names.from_json(&rows[0].0, r#"["Ada", 36]"#).unwrap()).unwrap();
    assert_eq!(new.get(&1).unwrap(), Some(("Ada".into(), 36)));
}

#[test]
fn notices_a_migration() {
    let backend = backend();
    Table::<u32, String>::new(backend.clone(), "names").put(&1, &"Ada".into()).unwrap();
    let names = open(&backend, "names");
    let schema =
        Schema::<u32, String>::new("names").version(2, |_, payload| keyloft::value::decode_payload(payload));
    Table::with_schema(backend, schema).migrate().unwrap();
    assert_eq!(code(names.scan_all()), "DefinitionMismatch");
}

#[test]
fn keeps_the_indexes_of_rows() {
    const SLUG: UniqueIndex<Row, String> = UniqueIndex::new("slug", |row: &Row| match row.get("slug") {
        Some(Value::Text(slug)) => Some(slug.clone()),
        _ => None,
    })
    .on(&["slug"]);
    let backend = backend();
    let typed = Table::with_schema(backend.clone(), Schema::<u32, Row>::new("rows").index(SLUG));
    typed.put(&1, &Row::from([("slug", "milk")])).unwrap();
    let rows = open(&backend, "rows");
    let key = rows.key_from_text("2").unwrap();
    let bread = rows.from_json(&key, r#"{"slug": "bread", "litres": 2}"#).unwrap();
    rows.put(&key, &bread).unwrap();
    assert_eq!(typed.find(&SLUG, "bread").unwrap().unwrap().0, 2);
    let third = rows.key_from_text("3").unwrap();
    assert_eq!(code(rows.put(&third, &bread)), "UniqueViolation");
    assert!(typed.verify().unwrap().is_empty());
}
