use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Bound::{self, Excluded, Included, Unbounded};

use super::Query;
use crate::backend::Direction;
use crate::key::{JobId, Prefix};

type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

fn bounds<K>(query: Query<K>) -> Bounds {
    (query.span.lower, query.span.upper)
}

fn job(id: &str) -> JobId {
    JobId::new(id)
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_owned()
}

#[test]
fn every_kind_of_range_keeps_its_bounds() {
    let of = |query: Query<JobId>| bounds(query);
    assert_eq!(of((..).into()), (Unbounded, Unbounded));
    assert_eq!(of((job("a")..job("b")).into()), (Included(bytes("a")), Excluded(bytes("b"))));
    assert_eq!(of((job("a")..=job("b")).into()), (Included(bytes("a")), Included(bytes("b"))));
    assert_eq!(of((job("a")..).into()), (Included(bytes("a")), Unbounded));
    assert_eq!(of((..job("b")).into()), (Unbounded, Excluded(bytes("b"))));
    assert_eq!(of((..=job("b")).into()), (Unbounded, Included(bytes("b"))));
    let both = (Excluded(job("a")), Excluded(job("b")));
    assert_eq!(of(both.into()), (Excluded(bytes("a")), Excluded(bytes("b"))));
}

#[test]
fn a_signed_number_is_a_bound_in_numeric_order() {
    let (lower, upper) = bounds(Query::range(-1_i16..1));
    assert_eq!((lower, upper), (Included([0x7F, 0xFF].into()), Excluded([0x80, 0x01].into())));
}

#[test]
fn a_prefix_of_the_highest_bytes_has_no_upper_bound() {
    let prefix = |bytes: &[u8]| bounds(Query::prefix(Prefix::<Vec<u8>>::of(bytes)));
    assert_eq!(prefix(b"a"), (Included(b"a".to_vec()), Excluded(b"b".to_vec())));
    assert_eq!(prefix(b"a\xFF\xFF"), (Included(b"a\xFF\xFF".to_vec()), Excluded(b"b".to_vec())));
    assert_eq!(prefix(b"\xFF\xFF"), (Included(b"\xFF\xFF".to_vec()), Unbounded));
    assert_eq!(prefix(b""), (Included(Vec::new()), Unbounded));
}

#[test]
fn within_narrows_the_bounds() {
    let november = || Prefix::<JobId>::of("2026-11-");
    let all = (Included(bytes("2026-11-")), Excluded(bytes("2026-11.")));
    assert_eq!(bounds(Query::all().within(november())), all);
    assert_eq!(bounds(Query::range(job("2026")..job("2027")).within(november())), all);
    let later = Query::range(job("2026-11-15")..).within(november());
    assert_eq!(bounds(later), (Included(bytes("2026-11-15")), Excluded(bytes("2026-11."))));
    assert!(Query::range(..job("2026")).within(november()).span.as_range().is_empty());
}

#[test]
fn reversing_twice_restores_the_direction() {
    let query = Query::<String>::all().reverse();
    assert_eq!(query.direction, Direction::Backward);
    assert_eq!(query.reverse().direction, Direction::Forward);
}

#[test]
fn debug_shows_the_bounds_in_hex() {
    let query = Query::range(job("a")..).limit(3);
    assert_eq!(
        format!("{query:?}"),
        r#"Query { lower: Included("61"), upper: Unbounded, direction: Forward, limit: Some(3) }"#
    );
}
