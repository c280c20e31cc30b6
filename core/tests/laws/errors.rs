//! Each error has a code, and its text names its place.

use std::collections::BTreeSet;

use keyloft::error::{CODES, DecodeReason, EncodeReason, Place, Source};
use keyloft::{Error, ErrorKind};
use proptest::prelude::*;

/// Returns an error of each kind, at this place if the kind has one.
fn all(place: &Place) -> Vec<Error> {
    let at = || place.clone();
    let source = || -> Source { "the cause".into() };
    let (key_type, reason, index, len, max) = ("UserId", "the reason", "by_name", 9, 8);
    let (index, text) = (|| index.to_owned(), || reason.to_owned());
    vec![
        ErrorKind::InvalidKey { place: at(), key_type, reason },
        ErrorKind::KeyTooLong { place: at(), len, max },
        ErrorKind::ValueTooLong { place: at(), len, max },
        ErrorKind::IndexedValueTooLong { place: at(), index: index(), len, max },
        ErrorKind::InvalidPartition { place: at(), reason },
        ErrorKind::Encode { place: at(), reason: EncodeReason::other(reason) },
        ErrorKind::Decode { place: at(), reason: DecodeReason::Truncated },
        ErrorKind::NewerVersion { place: at(), found: 2, known: 1 },
        ErrorKind::AlreadyExists { place: at() },
        ErrorKind::NotFound { place: at() },
        ErrorKind::UniqueViolation { place: at(), index: index(), value: "v".into(), holder: "h".into() },
        ErrorKind::IndexMismatch { place: at(), index: index(), reason },
        ErrorKind::UnknownIndex { place: at(), index: index() },
        ErrorKind::DefinitionMismatch { place: at(), difference: text(), remedy: reason },
        ErrorKind::IndexNotBuilt { place: at(), index: index() },
        ErrorKind::Invalid { place: at(), reason: text() },
        ErrorKind::InUse { place: at(), reason: text() },
        ErrorKind::InvalidTransition { place: at(), from: "done", to: "new" },
        ErrorKind::AccessDenied { place: at(), principal: "user `ada`".into(), action: "read" },
        ErrorKind::InvalidStream { offset: 3, reason },
        ErrorKind::NotEmpty { place: at() },
        ErrorKind::Io { place: at(), source: source() },
        ErrorKind::InvalidCursor { reason },
        ErrorKind::UnwatchableQuery { place: at(), reason },
        ErrorKind::NotObserved { place: at() },
        ErrorKind::PositionGone { place: at(), position: 1, oldest: 2, newest: 3 },
        ErrorKind::OtherBackend { place: at() },
        ErrorKind::ReadOnly,
        ErrorKind::NestedTransaction,
        ErrorKind::Aborted,
        ErrorKind::Cancelled,
        ErrorKind::Closed { place: at() },
        ErrorKind::DatabaseLocked { place: at() },
        ErrorKind::WriterBusy { place: at(), waited_ms: 5 },
        ErrorKind::SharingUnavailable { place: at(), reason },
        ErrorKind::RecoveryNeeded { place: at() },
        ErrorKind::DatabaseMissing { place: at() },
        ErrorKind::DatabaseExists { place: at() },
        ErrorKind::FolderMissing { place: at() },
        ErrorKind::NotADatabase { place: at(), reason: text() },
        ErrorKind::InvalidDatabaseName { place: at(), reason },
        ErrorKind::StorageUnavailable { storage: "a disk", reason: text() },
        ErrorKind::PermissionDenied { place: at(), source: source() },
        ErrorKind::Unreachable { place: at(), source: source() },
        ErrorKind::Exhausted { place: at(), resource: "connections", remedy: "close some" },
        ErrorKind::TimedOut { place: at(), action: "read", source: source() },
        ErrorKind::Conflict { place: at(), tries: 2, source: source() },
        ErrorKind::StorageFull { place: at(), source: source() },
        ErrorKind::CommitUnknown { place: at(), source: source() },
        ErrorKind::StorageFailed { place: at(), action: "read", source: source() },
        ErrorKind::SyncFailed { place: at() },
        ErrorKind::Forked { place: at() },
        ErrorKind::SnapshotOpen { action: "check the database" },
        ErrorKind::Corrupted { place: at(), detail: text() },
        ErrorKind::Backend { place: at(), engine: "redb", action: "open", source: source() },
    ]
    .into_iter()
    .map(Error::from)
    .collect()
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
        "Cancelled",
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
