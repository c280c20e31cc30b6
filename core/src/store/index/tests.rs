use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound::{Excluded, Included, Unbounded};
use core::ops::RangeBounds as _;

use super::typed::is_name;
use super::{Index, IndexDefinition, TableIndex, UniqueIndex};
use crate::backend::{KeySpan, Partition};
use crate::store::Schema;

fn table_index(definition: impl IndexDefinition<Vec<u8>> + 'static) -> TableIndex<Vec<u8>> {
    TableIndex::new(Arc::new(definition), &Partition::from("table"))
}

fn plain() -> TableIndex<Vec<u8>> {
    table_index(Index::<Vec<u8>, Vec<u8>>::new("plain", |value| Some(value.clone())))
}

fn unique() -> TableIndex<Vec<u8>> {
    table_index(UniqueIndex::<Vec<u8>, Vec<u8>>::new("unique", |value| Some(value.clone())))
}

/// Returns all byte strings up to this length over these bytes.
fn strings(bytes: &[u8], len: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::from([Vec::new()]);
    let mut begin = 0;
    for _ in 0..len {
        let end = all.len();
        for place in begin..end {
            for byte in bytes {
                let mut longer = all[place].clone();
                longer.push(*byte);
                all.push(longer);
            }
        }
        begin = end;
    }
    all
}

/// Checks for all bounds that the span of entries selects exactly the entries whose values are in the span of values.
fn assert_spans_match(index: &TableIndex<Vec<u8>>, keys: &[Vec<u8>]) {
    let values = strings(&[0x00, 0x01, 0xFF], 3);
    let mut entries = Vec::new();
    for value in &values {
        for key in keys {
            entries.push((value.clone(), index.entries.encode(value, key).0.into_owned()));
        }
    }
    let mut bounds = Vec::from([Unbounded]);
    for value in strings(&[0x00, 0x01, 0xFF], 2) {
        bounds.extend([Included(value.clone()), Excluded(value)]);
    }
    for lower in &bounds {
        for upper in &bounds {
            let span = index.entries.span_of(KeySpan { lower: lower.clone(), upper: upper.clone() });
            let values = (lower.clone(), upper.clone());
            for (value, entry) in &entries {
                let wanted = values.contains(value);
                assert_eq!(span.as_range().contains(entry), wanted, "{value:?} in {lower:?}, {upper:?}");
            }
        }
    }
}

#[test]
fn a_span_of_values_maps_to_a_span_of_entries() {
    assert_spans_match(&plain(), &strings(&[0x00, 0xFF], 1));
    assert_spans_match(&unique(), &[Vec::new()]);
}

#[test]
fn entries_sort_by_value_then_by_key() {
    let strings = strings(&[0x00, 0x01, 0xFF], 2);
    let index = plain();
    let mut entries = Vec::new();
    for value in &strings {
        for key in &strings {
            entries.push((index.entries.encode(value, key).0.into_owned(), value, key));
        }
    }
    entries.sort_unstable();
    assert!(entries.windows(2).all(|pair| (pair[0].1, pair[0].2) < (pair[1].1, pair[1].2)));
}

#[test]
fn an_entry_parses_into_its_value_and_key() {
    let strings = strings(&[0x00, 0x01, 0xFF], 2);
    for index in [plain(), unique()] {
        for value in &strings {
            for key in &strings {
                let (entry, stored) = index.entries.encode(value, key);
                let (found, holder) = index.entries.parse(&entry, stored).unwrap();
                assert_eq!((&*found, holder), (&value[..], &key[..]));
            }
        }
    }
}

#[test]
fn malformed_entries_are_refused() {
    for entry in [b"".as_slice(), b"a", b"a\0", b"a\0\x01", b"a\0\xFF"] {
        assert_eq!(plain().entries.parse(entry, b"").unwrap_err().code(), "InvalidKey", "{entry:?}");
    }
}

#[test]
fn a_definition_tells_everything_about_itself() {
    const TAGS: Index<(u8, i64), (u8, i64)> =
        Index::<(u8, i64), (u8, i64)>::each("tags", |entity, add| add(*entity)).on(&["a", "b"]).revision(3);
    const NAME: UniqueIndex<u8, u8> = UniqueIndex::new("name", |entity| Some(*entity));
    assert_eq!((TAGS.is_each(), TAGS.fields()), (true, Vec::from(["a", "b"])));
    assert_eq!(IndexDefinition::revision(&TAGS), 3);
    assert_eq!(TAGS.value_shape().to_string(), "(u8, i64)");
    assert_eq!((NAME.is_each(), NAME.fields()), (false, Vec::new()));
    assert_eq!(IndexDefinition::revision(&NAME), 1);

    let inner = Schema::<u8, (u8, i64)>::new("inner").index(TAGS);
    let erased = inner.erase::<(u8, i64)>(|entity| Some(entity));
    let definition = &erased.layout().indexes.first().unwrap().definition;
    assert_eq!((definition.is_each(), definition.fields(), definition.revision()), (true, TAGS.fields(), 3));
    assert_eq!(definition.value_shape(), TAGS.value_shape());
}

#[test]
fn names_are_lower_case_letters_digits_and_underscores() {
    for good in ["a", "by_email", "v2", "_"] {
        assert!(is_name(good), "{good:?}");
    }
    for bad in ["", "Email", "by-email", "by email", "a:b", "é", "#"] {
        assert!(!is_name(bad), "{bad:?}");
    }
    assert!(std::panic::catch_unwind(|| Index::<String, String>::new("a:b", |_| None)).is_err());
}
