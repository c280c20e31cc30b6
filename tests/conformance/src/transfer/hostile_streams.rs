//! Forged streams with right digests are refused, and nothing of them is written.

use std::sync::Arc;

use keyloft::backend::{MAX_INDEX_KEY_LEN, MAX_KEY_LEN, MAX_PARTITION_LEN, MAX_VALUE_LEN};
use keyloft::{ErrorKind, StorageBackend};

use super::import;
use super::stream::Content;
use crate::Fixture;
use crate::random::Random;
use crate::reading::Reading;

pub(crate) fn lengths_above_the_limits_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let above = |max: usize| u16::try_from(max + 1).unwrap();
    let start = || Content::default().partition(b"a");
    for len in [above(MAX_KEY_LEN), u16::MAX] {
        refuses(&target, &start().entry_of(len, 0).raw(&vec![0; 1 << 16]), "a key is too long");
    }
    let index = Content::default().partition(b"#i:a");
    refuses(
        &target,
        &index.clone().entry_of(above(MAX_INDEX_KEY_LEN), 0).raw(&[0; 5000]),
        "a key is too long",
    );
    for len in [u32::try_from(MAX_VALUE_LEN + 1).unwrap(), u32::MAX] {
        refuses(&target, &start().entry_of(0, len).raw(&vec![0; 1 << 17]), "a value is too long");
    }
    for name in [b"".as_slice(), &[b'a'; MAX_PARTITION_LEN + 1], &vec![b'a'; 65_535]] {
        let content = Content::default().partition(name).entry(b"", b"");
        refuses(&target, &content, "the name of a partition is empty or too long");
    }
    let longest = Content::default()
        .partition(b"#i:a")
        .entry(&[1; MAX_INDEX_KEY_LEN], b"")
        .partition(b"a")
        .entry(&[1; MAX_KEY_LEN], b"");
    import(&target, &longest.stream()).unwrap();
}

pub(crate) fn lengths_without_their_bytes_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let start = || Content::default().partition(b"a");
    let reason = "it ends inside a record";
    refuses(&target, &start().entry_of(0, u32::try_from(MAX_VALUE_LEN).unwrap()).raw(b"short"), reason);
    refuses(&target, &start().entry_of(10, 0).raw(b"short"), reason);
    refuses(&target, &start().entry(b"", b"").raw(&[2, 0]), reason);
    refuses(&target, &start().entry(b"", b"").raw(&[1, 200, 0]).raw(b"short"), reason);
}

pub(crate) fn records_out_of_place_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let start = || Content::default().partition(b"a");
    refuses(&target, &Content::default().entry(b"k", b"v"), "an entry comes before any partition");
    refuses(&target, &start().partition(b"b").entry(b"", b""), "a partition has no entries");
    refuses(&target, &start(), "a partition has no entries");
    for name in [b"a".as_slice(), b"Z", b"#a"] {
        let content = start().entry(b"", b"").partition(name).entry(b"k", b"");
        refuses(&target, &content, "partitions are not in ascending order");
    }
    for key in [b"k".as_slice(), b"j\xff", b""] {
        refuses(&target, &start().entry(b"k", b"").entry(key, b"v"), "keys are not in ascending order");
    }
    for kind in [0, 3, 255] {
        let content = start().entry(b"k", b"").raw(&[kind]);
        refuses(&target, &content, "a record is neither a partition nor an entry");
    }
    let name = b"\xff\xfe";
    refuses(
        &target,
        &Content::default().partition(name).entry(b"", b""),
        "the name of a partition is not UTF-8",
    );
}

pub(crate) fn totals_of_other_entries_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let content = Content::default().partition(b"a").entry(b"k", b"v");
    for more in [[1, 0, 0], [0, 1, 0], [0, 0, 1]] {
        refuses(&target, &content.clone().with_more(more), "its totals do not match its entries");
    }
    import(&target, &content.stream()).unwrap();
}

pub(crate) fn other_formats_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let mut other = Content::default().stream();
    for version in [0, 1, 3, 0xFF] {
        other[8] = version;
        let error = import(&target, &other).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidStream { offset: 8, .. }), "{error}");
    }
    for other in
        [b"".as_slice(), b"\x89", b"SQLite format 3\0", b"redb\x1a\x0a\xa9\x0d\x0a0000", b"{\"users\": []}"]
    {
        assert_eq!(import(&target, other).unwrap_err().code(), "InvalidStream");
    }
    assert_eq!(target.dump(), []);
}

pub(crate) fn random_bytes_are_refused(fixture: &dyn Fixture) {
    let target = fixture.open();
    let mut random = Random::new(1);
    let header = &Content::default().stream()[..12];
    for round in 0..300 {
        let len = random.below(200);
        let bytes = random.bytes(len);
        assert!(import(&target, &bytes).is_err(), "round {round}");
        assert!(import(&target, &[header, &bytes].concat()).is_err(), "round {round}: after a header");
        // The bytes are in a block with the right digest, and their totals are wrong in any case.
        let small: Vec<u8> = bytes.iter().map(|byte| byte % 4).collect();
        let records = Content::default().raw(&[1, 1, 0, b'a', 2]).raw(&small);
        assert!(import(&target, &records.stream()).is_err(), "round {round}: as records");
    }
    assert_eq!(target.dump(), []);
}

#[track_caller]
fn refuses(target: &Arc<dyn StorageBackend>, content: &Content, why: &str) {
    match import(target, &content.stream()).unwrap_err().into_kind() {
        ErrorKind::InvalidStream { reason, .. } => assert_eq!(reason, why),
        other => panic!("{why}: {other}"),
    }
    assert_eq!(target.dump(), [], "{why}");
}
