//! The errors of a table name its partition, and those of an entity name its key.

use std::sync::Arc;

use keyloft::error::{DecodeReason, EncodeReason, Place};
use keyloft::layers::{Observed, ReadOnly};
use keyloft::prelude::*;
use keyloft::store::{Access, Codec, TableReader};
use keyloft::value::seal;
use keyloft_memory::MemoryBackend;

/// A codec for text that refuses every entity and every payload.
struct Refusing;

impl Codec<String> for Refusing {
    fn encode(&self, _: &String, _: &mut Vec<u8>) -> Result<(), EncodeReason> {
        Err(EncodeReason::other("it refuses all"))
    }

    fn decode(&self, _: &[u8]) -> Result<String, DecodeReason> {
        Err(DecodeReason::other("it refuses all"))
    }
}

const SAME: UniqueIndex<String, String> = UniqueIndex::new("same", |text| Some(text.clone()));
const OTHER: Index<String, String> = Index::new("other", |text| Some(text.clone()));

/// Returns errors of a table in the partition `texts`, each with its code.
fn errors() -> Vec<(&'static str, Error)> {
    let observed = Observed::new(MemoryBackend::new());
    let (feed, unrelated) = (observed.feed(), Observed::new(MemoryBackend::new()).feed());
    let db: Arc<dyn StorageBackend> = Arc::new(observed);
    let texts = Table::<UserId, String>::with_schema(db.clone(), Schema::new("texts").index(SAME));
    let refusing =
        Table::with_schema(db.clone(), Schema::<UserId, _>::with_codec("texts", Refusing).index(SAME));
    let guarded = Table::with_schema(
        db.clone(),
        Schema::<UserId, String>::new("texts").index(SAME).guard(|_, change| match change.new {
            Some(_) => Err(change.invalid("nothing is valid")),
            None => Err(change.in_use("everything is needed")),
        }),
    );
    let (a, b) = (UserId::new("a"), UserId::new("b"));
    texts.put(&a, &"x".to_owned()).unwrap();
    let mut newer = Vec::new();
    seal(texts.partition(), b"newer", 2, "y", &mut newer).unwrap();
    db.transaction(|tx| {
        tx.put(texts.partition(), b"newer", &newer)?;
        tx.put(&"texts_by_number".into(), b"abc", &newer)
    })
    .unwrap();
    let indexed =
        Table::with_schema(db.clone(), Schema::<UserId, String>::new("texts").index(OTHER).index(SAME));
    let snapshot = db.snapshot().unwrap();
    let long = "k".repeat(5_000);
    vec![
        ("KeyTooLong", texts.put(&UserId::new(long.as_str()), &"z".to_owned()).unwrap_err()),
        ("IndexedValueTooLong", texts.put(&b, &long).unwrap_err()),
        ("AlreadyExists", texts.insert(&a, &"z".to_owned()).unwrap_err()),
        ("NotFound", texts.update(&b, |_| Ok(())).unwrap_err()),
        ("UniqueViolation", texts.put(&b, &"x".to_owned()).unwrap_err()),
        ("UnknownIndex", texts.find_all(&OTHER, "x").unwrap_err()),
        ("NewerVersion", texts.get(&"newer".into()).unwrap_err()),
        ("Encode", refusing.put(&b, &"z".to_owned()).unwrap_err()),
        ("Encode", refusing.serialize(&a, &"z".to_owned()).unwrap_err()),
        ("Decode", refusing.get(&a).unwrap_err()),
        ("Decode", refusing.deserialize(&a, &texts.serialize(&a, &"z".to_owned()).unwrap()).unwrap_err()),
        ("Corrupted", texts.deserialize(&b, &texts.serialize(&a, &"z".to_owned()).unwrap()).unwrap_err()),
        ("Invalid", guarded.put(&a, &"z".to_owned()).unwrap_err()),
        ("InUse", guarded.delete(&a).unwrap_err()),
        ("AccessDenied", texts.read_as(&Principal::new("ada", Role::User)).err().unwrap()),
        ("UnwatchableQuery", Pinned(texts.at(&snapshot)).changes(&feed, ..).unwrap_err()),
        ("NotObserved", texts.changes(&unrelated, ..).unwrap_err()),
        ("InvalidKey", Table::<u32, String>::new(db.clone(), "texts_by_number").scan_all().unwrap_err()),
        ("DefinitionMismatch", indexed.count().unwrap_err()),
    ]
}

/// A reader of a snapshot, which must not be watched.
struct Pinned<'a>(TableReader<'a, UserId, String>);

impl EntityReader<UserId, String> for Pinned<'_> {
    fn access(&self) -> Access<'_, String> {
        self.0.access()
    }
}

impl EntityWatch<UserId, String> for Pinned<'_> {}

#[test]
fn errors_of_a_table_name_its_partition() {
    for (code, error) in errors() {
        assert_eq!(error.code(), code);
        let place = error.place().unwrap_or_else(|| panic!("{code} has no place"));
        assert_eq!(
            place.partition(),
            Some(if code == "InvalidKey" { "texts_by_number" } else { "texts" }),
            "{code}: {error}"
        );
        assert_ne!(place.key(), Some(""), "{code}: {error}");
        assert!(error.to_string().contains(&place.to_string()), "{code}: {error}");
    }
}

#[test]
fn errors_of_one_entity_name_its_key() {
    let of_an_entity = [
        "KeyTooLong",
        "IndexedValueTooLong",
        "AlreadyExists",
        "NotFound",
        "UniqueViolation",
        "NewerVersion",
        "Corrupted",
        "Invalid",
        "InUse",
        "InvalidKey",
    ];
    for (code, error) in errors().into_iter().filter(|(code, _)| of_an_entity.contains(code)) {
        assert!(error.place().and_then(Place::key).is_some(), "{code}: {error}");
    }
}

/// A store type of an application.
struct Texts {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<UserId, String>,
}

impl EntityReader<UserId, String> for Texts {
    fn access(&self) -> Access<'_, String> {
        self.newest()
    }
}

impl EntityStore<UserId, String> for Texts {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn schema(&self) -> &Schema<UserId, String> {
        &self.schema
    }
}

#[test]
fn errors_of_a_whole_backend_have_no_place() {
    let backend: Arc<dyn StorageBackend> = Arc::new(ReadOnly::new(MemoryBackend::new()));
    let texts = Texts { backend, schema: Schema::new("texts") };
    let error = texts.put(&"a".into(), &"x".to_owned()).unwrap_err();
    assert_eq!((error.code(), error.place()), ("ReadOnly", None));
    assert_eq!(texts.get(&"a".into()).unwrap(), None);
}
