//! Each error has a code, and its text names its place.

use std::collections::BTreeSet;

use keyloft::Error;
use keyloft::error::{CODES, DecodeReason, EncodeReason, Place, Source};
use proptest::prelude::*;

/// Returns an error of each kind, at this place if the kind has one.
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
        Error::DefinitionMismatch { place: at(), difference: text(), remedy: reason },
        Error::IndexNotBuilt { place: at(), index: index() },
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
        Error::OtherBackend { place: at() },
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
        Error::CommitUnknown { place: at(), source: source() },
        Error::StorageFailed { place: at(), action: "read", source: source() },
        Error::SyncFailed { place: at() },
        Error::Forked { place: at() },
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
