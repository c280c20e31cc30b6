//! Spans against all keys over a few bytes.

use alloc::vec::Vec;
use core::ops::Bound::{self, Excluded, Included, Unbounded};

use super::KeySpan;
use crate::backend::{Direction, KeyRange};

/// Returns all strings of `bytes` up to the length `len`.
fn strings(bytes: &[u8], len: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::from([Vec::new()]);
    let mut begin = 0;
    for _ in 0..len {
        let end = all.len();
        for index in begin..end {
            for byte in bytes {
                let mut longer = all[index].clone();
                longer.push(*byte);
                all.push(longer);
            }
        }
        begin = end;
    }
    all
}

/// Returns the spans between all bounds at the [`strings`].
fn spans(bytes: &[u8], len: usize) -> Vec<KeySpan> {
    let strings = strings(bytes, len);
    let mut bounds: Vec<Bound<Vec<u8>>> = Vec::from([Unbounded]);
    bounds.extend(strings.iter().cloned().map(Included));
    bounds.extend(strings.iter().cloned().map(Excluded));
    let mut spans = Vec::new();
    for lower in &bounds {
        spans.extend(bounds.iter().map(|upper| KeySpan { lower: lower.clone(), upper: upper.clone() }));
    }
    spans
}

/// Returns the keys in the span by the standard library's definition, without [`KeyRange::contains`].
fn inside<'k>(span: &KeySpan, keys: &'k [Vec<u8>]) -> Vec<&'k Vec<u8>> {
    use core::ops::RangeBounds as _;
    let bounds = (span.lower.clone(), span.upper.clone());
    keys.iter().filter(|key| bounds.contains(*key)).collect()
}

#[test]
fn a_range_contains_the_keys_between_its_bounds() {
    let keys = strings(&[0x00, 0x01, 0xFF], 3);
    for span in spans(&[0x00, 0x01, 0xFF], 2) {
        let range = span.as_range();
        let found: Vec<_> = keys.iter().filter(|key| range.contains(key)).collect();
        assert_eq!(found, inside(&span, &keys), "{span:?}");
    }
}

#[test]
fn a_range_is_empty_if_no_key_is_in_it() {
    let keys = strings(&[0x00, 0x01, 0xFF], 3);
    for span in spans(&[0x00, 0x01, 0xFF], 2) {
        assert_eq!(span.as_range().is_empty(), inside(&span, &keys).is_empty(), "{span:?}");
    }
    assert!(!KeyRange::ALL.is_empty());
}

#[test]
fn an_intersection_holds_the_keys_of_both_spans() {
    let keys = strings(&[0x00, 0xFF], 3);
    let spans = spans(&[0x00, 0xFF], 2);
    for one in &spans {
        for other in &spans {
            let mut both = one.clone();
            both.intersect(other.clone());
            let in_other = inside(other, &keys);
            let expected: Vec<_> =
                inside(one, &keys).into_iter().filter(|key| in_other.contains(key)).collect();
            assert_eq!(inside(&both, &keys), expected, "{one:?} and {other:?}");
        }
    }
}

#[test]
fn resuming_leaves_the_keys_that_follow() {
    let keys = strings(&[0x00, 0x01, 0xFF], 2);
    for span in spans(&[0x00, 0x01, 0xFF], 2) {
        for last in inside(&span, &keys) {
            let mut rest = span.clone();
            rest.resume_after(last, Direction::Forward);
            let mut expected = inside(&span, &keys);
            expected.retain(|key| *key > last);
            assert_eq!(inside(&rest, &keys), expected, "{span:?} after {last:?}");

            let mut rest = span.clone();
            rest.resume_after(last, Direction::Backward);
            let mut expected = inside(&span, &keys);
            expected.retain(|key| *key < last);
            assert_eq!(inside(&rest, &keys), expected, "{span:?} before {last:?}");
        }
    }
}

#[test]
fn the_span_of_a_prefix_holds_the_keys_that_begin_with_it() {
    let bytes = [0x00, 0x01, 0xFE, 0xFF];
    let keys = strings(&bytes, 4);
    for prefix in strings(&bytes, 3) {
        let expected: Vec<_> = keys.iter().filter(|key| key.starts_with(&prefix)).collect();
        assert_eq!(inside(&KeySpan::of_prefix(&prefix), &keys), expected, "{prefix:?}");
    }
}
