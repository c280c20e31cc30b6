use alloc::string::ToString;
use core::ops::Bound::{self, Excluded, Included, Unbounded};

use proptest::prelude::*;

use super::{Cursor, fingerprint};
use crate::key::JobId;
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
    let of = |table: &str, query: Query<JobId>| fingerprint(table, "", &query.map_span(|span| span));
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
    ];
    for (index, print) in prints.iter().enumerate() {
        assert!(!prints[..index].contains(print), "{index}");
    }
}

#[test]
fn a_fingerprint_is_the_same_on_every_target() {
    let query = Query::range(JobId::new("a")..).reverse();
    assert_eq!(fingerprint("jobs", "", &query.map_span(|span| span)), 565_982_811);
}
