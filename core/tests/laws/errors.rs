//! The laws of errors: one code each, and a text that names the place.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyloft::error::{CODES, DecodeReason, EncodeReason, Place, Source};
use keyloft::layers::{Observed, ReadOnly};
use keyloft::prelude::*;
use keyloft::store::Access;
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;

/// Returns an error of each kind. Those that have a place are at this one.
fn all(place: &Place) -> Vec<Error> {
    let at = || place.clone();
    let source = || -> Source { "the cause".into() };
    let (key_type, reason, index, len, max) = ("UserId", "the reason", "by_name", 9, 8);
    let (index, text) = (|| index.to_owned(), || reason.to_owned());
    vec![
        Error::InvalidKey { place: at(), key_type, reason },
        Error::KeyTooLong { place: at(), len, max },
        Error::ValueTooLong { place: at(), len, max },
        Error::IndexedValueTooLong { place: at(), index: index(), len, max },
        Error::InvalidPartition { place: at(), reason },
        Error::Encode { place: at(), reason: EncodeReason::other(reason) },
        Error::Decode { place: at(), reason: DecodeReason::Truncated },
        Error::NewerVersion { place: at(), found: 2, known: 1 },
        Error::AlreadyExists { place: at() },
        Error::NotFound { place: at() },
        Error::UniqueViolation { place: at(), index: index(), value: "v".into(), holder: "h".into() },
        Error::IndexMismatch { place: at(), index: index(), reason },
        Error::UnknownIndex { place: at(), index: index() },
        Error::Invalid { place: at(), reason: text() },
        Error::InUse { place: at(), reason: text() },
        Error::InvalidTransition { place: at(), from: "done", to: "new" },
        Error::AccessDenied { place: at(), principal: "user `ada`".into(), action: "read" },
        Error::InvalidStream { offset: 3, reason },
        Error::NotEmpty { place: at() },
        Error::Io { place: at(), source: source() },
        Error::InvalidCursor { reason },
        Error::UnwatchableQuery { place: at(), reason },
        Error::NotObserved { place: at() },
        Error::ReadOnly,
        Error::NestedTransaction,
        Error::Aborted,
        Error::Closed { place: at() },
        Error::DatabaseLocked { place: at() },
        Error::DatabaseMissing { place: at() },
        Error::DatabaseExists { place: at() },
        Error::FolderMissing { place: at() },
        Error::NotADatabase { place: at(), reason: text() },
        Error::InvalidDatabaseName { place: at(), reason },
        Error::StorageUnavailable { storage: "a disk", reason: text() },
        Error::PermissionDenied { place: at(), source: source() },
        Error::StorageFull { place: at(), source: source() },
        Error::SnapshotOpen { action: "check the database" },
        Error::Corrupted { place: at(), detail: text() },
        Error::Backend { place: at(), engine: "redb", action: "open", source: source() },
    ]
}

#[test]
fn every_code_is_unique() {
    let unique: BTreeSet<&str> = CODES.iter().copied().collect();
    assert_eq!(unique.len(), CODES.len());
    let is_name = |code: &&str| {
        code.starts_with(|first: char| first.is_ascii_uppercase())
            && code.chars().all(|char| char.is_ascii_alphabetic())
    };
    assert!(CODES.iter().all(is_name), "{CODES:?}");
}

#[test]
fn every_error_has_its_code_in_the_list() {
    let codes: Vec<&str> = all(&Place::Stream).iter().map(Error::code).collect();
    assert_eq!(codes, CODES, "`all` above has an error of each kind, in the order of their declaration");
}

#[test]
fn an_error_without_a_place_is_one_of_these() {
    let without: Vec<&str> =
        all(&Place::Stream).iter().filter(|error| error.place().is_none()).map(Error::code).collect();
    let expected = [
        "InvalidStream",
        "InvalidCursor",
        "ReadOnly",
        "NestedTransaction",
        "Aborted",
        "StorageUnavailable",
        "SnapshotOpen",
    ];
    assert_eq!(without, expected);
}

fn any_place() -> impl Strategy<Value = Place> {
    let text = ".{0,9}";
    prop_oneof![
        (text, text).prop_map(|(partition, key)| Place::Entity { partition, key }),
        text.prop_map(Place::Key),
        text.prop_map(Place::Partition),
        text.prop_map(Place::Path),
        Just(Place::Stream),
    ]
}

proptest! {
    #[test]
    fn the_text_names_the_place(place in any_place()) {
        let shown = place.to_string();
        prop_assert!(!shown.is_empty());
        for error in all(&place) {
            let text = error.to_string();
            prop_assert!(!text.ends_with('.') && text.contains(' '), "{text}");
            if let Some(named) = error.place() {
                prop_assert_eq!(named, &place);
                prop_assert!(text.contains(&shown), "{text} does not name {shown}");
            }
        }
    }

    #[test]
    fn only_a_lone_key_gets_a_partition(place in any_place()) {
        let notes = keyloft::Partition::from("notes");
        for error in all(&place) {
            let located = error.place().is_some();
            let error = error.in_partition(&notes);
            let expected = match &place {
                Place::Key(key) => Place::entity(&notes, key.as_str()),
                other => other.clone(),
            };
            prop_assert_eq!(error.place(), located.then_some(&expected));
        }
    }
}

/// A codec for text that refuses every entity and every payload.
struct Refusing;

impl keyloft::store::Codec<String> for Refusing {
    fn encode(&self, _: &String, _: &mut Vec<u8>) -> Result<(), EncodeReason> {
        Err(EncodeReason::other("it refuses all"))
    }

    fn decode(&self, _: &[u8]) -> Result<String, DecodeReason> {
        Err(DecodeReason::other("it refuses all"))
    }
}

const SAME: UniqueIndex<String, String> = UniqueIndex::new("same", |text| Some(text.clone()));
const OTHER: Index<String, String> = Index::new("other", |text| Some(text.clone()));

/// Returns errors that the library makes of a table in the partition `texts`, each with its code.
fn of_the_library() -> Vec<(&'static str, Error)> {
    let observed = Observed::new(MemoryBackend::new());
    let (feed, unrelated) = (observed.feed(), Observed::new(MemoryBackend::new()).feed());
    let db: Arc<dyn StorageBackend> = Arc::new(observed);
    let texts = Table::<UserId, String>::with_schema(db.clone(), Schema::new("texts").index(SAME));
    let refusing = Table::with_schema(db.clone(), Schema::<UserId, _>::with_codec("texts", Refusing));
    let guarded = Table::with_schema(
        db.clone(),
        Schema::<UserId, String>::new("texts").guard(|_, change| match change.new {
            Some(_) => Err(change.invalid("nothing is valid")),
            None => Err(change.in_use("everything is needed")),
        }),
    );
    let (a, b) = (UserId::new("a"), UserId::new("b"));
    texts.put(&a, &"x".to_owned()).unwrap();
    let newer =
        Table::with_schema(db.clone(), Schema::<UserId, String>::new("texts").version_without_upgrade(2));
    newer.put(&"newer".into(), &"y".to_owned()).unwrap();
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
        ("Encode", refusing.serialize(&"z".to_owned()).unwrap_err()),
        ("Decode", refusing.get(&a).unwrap_err()),
        ("Decode", refusing.deserialize(b"\x01\x01z").unwrap_err()),
        ("Invalid", guarded.put(&a, &"z".to_owned()).unwrap_err()),
        ("InUse", guarded.delete(&a).unwrap_err()),
        ("AccessDenied", texts.read_as(&Principal::new("ada", Role::User)).err().unwrap()),
        ("UnwatchableQuery", texts.changes(&feed, Query::all().limit(1)).unwrap_err()),
        ("NotObserved", texts.changes(&unrelated, ..).unwrap_err()),
        ("InvalidKey", Table::<(u32, u32), String>::new(db.clone(), "texts").scan_all().unwrap_err()),
    ]
}

#[test]
fn errors_of_a_table_name_its_partition() {
    for (code, error) in of_the_library() {
        assert_eq!(error.code(), code);
        let place = error.place().unwrap_or_else(|| panic!("{code} has no place"));
        assert_eq!(place.partition(), Some("texts"), "{code}: {error}");
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
        "Invalid",
        "InUse",
        "InvalidKey",
    ];
    for (code, error) in of_the_library().into_iter().filter(|(code, _)| of_an_entity.contains(code)) {
        assert!(error.place().and_then(Place::key).is_some(), "{code}: {error}");
    }
}

/// A store of one's own over a layer that refuses writes.
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
