use alloc::vec;
use core::ops::Bound::{Excluded, Included, Unbounded};

use super::*;

fn keys() -> Vec<Vec<u8>> {
    let bytes = [0, 1, b'a', 0xfe, 0xff];
    let mut keys = vec![Vec::new()];
    for first in bytes {
        keys.push(vec![first]);
        for second in bytes {
            keys.push(vec![first, second]);
            keys.extend(bytes.map(|third| vec![first, second, third]));
        }
    }
    keys
}

/// Returns spans of every kind, with bounds that are shorter than `len`.
fn spans(len: usize) -> Vec<KeySpan> {
    let short: Vec<Vec<u8>> = keys().into_iter().filter(|key| key.len() < len).collect();
    let mut spans: Vec<KeySpan> = short.iter().map(|prefix| KeySpan::of_prefix(prefix)).collect();
    for lower in &short {
        spans.push(KeySpan { lower: Excluded(lower.clone()), upper: Unbounded });
        spans.push(KeySpan { lower: Unbounded, upper: Included(lower.clone()) });
        for upper in &short {
            spans.push(KeySpan { lower: Included(lower.clone()), upper: Excluded(upper.clone()) });
            spans.push(KeySpan { lower: Excluded(lower.clone()), upper: Included(upper.clone()) });
        }
    }
    spans
}

fn index_of(spans: &[KeySpan]) -> PrefixIndex {
    let mut index = PrefixIndex::default();
    for span in spans {
        let queue = Arc::new(Queue::new(crate::layers::Filter::all().limits, &Arc::default()));
        let subscriber = Subscriber { queue, scopes: Scopes::default(), span: span.clone() };
        index.add(prefix_of(span), subscriber);
    }
    index
}

#[test]
fn a_key_finds_exactly_the_subscribers_that_a_search_of_all_finds() {
    let spans = spans(3);
    let index = index_of(&spans);
    for key in keys().into_iter().step_by(3) {
        let mut found = 0;
        index.any(&key, &mut |subscriber| {
            found += usize::from(subscriber.span.as_range().contains(&key));
            false
        });
        assert_eq!(found, spans.iter().filter(|span| span.as_range().contains(&key)).count(), "{key:?}");
    }
}

#[test]
fn a_range_finds_the_subscribers_of_each_of_its_keys() {
    for span in &spans(2) {
        let index = index_of(std::slice::from_ref(span));
        for range in spans(2) {
            let has_common =
                keys().iter().any(|key| span.as_range().contains(key) && range.as_range().contains(key));
            assert!(!has_common || index.watches_range(range.as_range()), "{span:?} and {range:?}");
        }
    }
    let index = index_of(&[KeySpan::of_prefix(b"b"), KeySpan::of_prefix(b"bb")]);
    assert!(!index.watches_range(KeySpan::of_prefix(b"a").as_range()));
    assert!(!index.watches_range(KeySpan::of_prefix(b"c").as_range()));
    assert!(index.watches_range(KeyRange::ALL));
}

#[test]
fn subscribers_that_are_gone_are_removed_with_their_lengths() {
    let spans = ["a", "aa", "b"].map(|prefix| KeySpan::of_prefix(prefix.as_bytes()));
    let mut index = index_of(&spans);
    assert_eq!(index.lengths, [1, 2]);
    index
        .iter()
        .filter(|subscriber| prefix_of(&subscriber.span) == b"aa")
        .for_each(|gone| gone.queue.close());
    assert_eq!(index.prune(), 2);
    assert_eq!((index.lengths.as_slice(), index.buckets.len()), (&[1][..], 2));
}
