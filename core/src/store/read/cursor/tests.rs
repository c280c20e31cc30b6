use alloc::string::ToString;
use core::ops::Bound::{self, Excluded, Included, Unbounded};

use proptest::prelude::*;

use super::{Cursor, fingerprint};
use crate::catalog::DefinedIndex;
use crate::key::{JobId, KeyShape, StorageKey as _};
use crate::store::Query;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cursor_survives_its_text(hash: u32, last: alloc::vec::Vec<u8>) {
        let cursor = Cursor { hash, last };
        prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
    }

    #[test]
    fn any_text_parses_or_is_refused(text: alloc::string::String) {
        if let Err(error) = text.parse::<Cursor>() {
            prop_assert_eq!(error.code(), "InvalidCursor");
        }
    }
}

#[test]
fn malformed_texts_are_refused() {
    for text in ["", "00", "000000", "0000000", "0000000g", "00000000f", " 00000000", "00000000 "] {
        assert_eq!(text.parse::<Cursor>().unwrap_err().code(), "InvalidCursor", "{text:?}");
    }
    assert_eq!("00000001ff".parse::<Cursor>().unwrap(), Cursor { hash: 1, last: [0xFF].into() });
}

#[test]
fn every_part_of_a_query_is_in_its_fingerprint() {
    let print = |table: &str, key: KeyShape, index: Option<&DefinedIndex>, query: Query<JobId>| {
        fingerprint(table, &key, index, &query.map_span(|span| span))
    };
    let of = |table: &str, query| print(table, JobId::shape(), None, query);
    let by = |index: &DefinedIndex| print("jobs", JobId::shape(), Some(index), Query::all());
    let index = DefinedIndex {
        name: "state".into(),
        is_unique: false,
        is_each: false,
        fields: ["state".into()].into(),
        value: u8::shape(),
        revision: 1,
    };
    let range = |lower: Bound<&str>, upper: Bound<&str>| {
        Query::range((lower.map(JobId::from), upper.map(JobId::from)))
    };
    let prints = [
        of("jobs", Query::all()),
        of("job", Query::all()),
        of("jobs", Query::all().reverse()),
        of("jobs", range(Included(""), Unbounded)),
        of("jobs", range(Excluded(""), Unbounded)),
        of("jobs", range(Unbounded, Included(""))),
        of("jobs", range(Unbounded, Excluded(""))),
        of("jobs", range(Included("a"), Included("b"))),
        of("jobs", range(Included("b"), Included("a"))),
        of("jobs", range(Included("ab"), Included(""))),
        of("jobs", range(Included(""), Included("ab"))),
        of("jobs", range(Included("a"), Excluded("b"))),
        print("jobs", u32::shape(), None, Query::all()),
        by(&index),
        by(&DefinedIndex { name: "day".into(), ..index.clone() }),
        by(&DefinedIndex { is_unique: true, ..index.clone() }),
        by(&DefinedIndex { is_each: true, ..index.clone() }),
        by(&DefinedIndex { fields: ["day".into()].into(), ..index.clone() }),
        by(&DefinedIndex { value: u16::shape(), ..index.clone() }),
        by(&DefinedIndex { revision: 2, ..index.clone() }),
    ];
    for (index, print) in prints.iter().enumerate() {
        assert!(!prints[..index].contains(print), "{index}");
    }
}

#[test]
fn a_fingerprint_is_the_same_on_every_target() {
    let query = Query::range(JobId::new("a")..).reverse();
    assert_eq!(fingerprint("jobs", &JobId::shape(), None, &query.map_span(|span| span)), 4_226_800_218);
}
