//! Pages of a query's result.

use std::sync::Arc;

use keyloft::prelude::*;

use super::samples::{both_ways, numbers, with_places};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn add_up_to_the_whole(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys: Vec<UserRowId> = ["a", "bob", "bobby"]
        .iter()
        .flat_map(|user| (0..7).map(move |row| UserRowId::from_strings(user, &row.to_string())))
        .collect();
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    let store = numbers::<UserRowId>(&db.reader);
    let of_bob = Query::prefix(UserRowId::prefix("bob"));
    for query in [Query::all(), of_bob, Query::range(keys[3].clone()..=keys[17].clone())] {
        let (forward, backward) = both_ways(query);
        for query in [forward, backward] {
            let whole = store.scan(query.clone()).unwrap();
            for limit in [1, 2, 3, 6, 7, 8, 20, 21, 22, 1_000, usize::MAX] {
                assert_eq!(all_pages(&store, &query, limit), whole, "{query:?} by {limit}");
            }
        }
    }
}

pub(crate) fn say_whether_more_follows(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&[1_u32, 2, 3, 4])).unwrap();
    let store = numbers::<u32>(&db.reader);
    for (limit, follows) in [(1, true), (3, true), (4, false), (5, false)] {
        let page = store.page(.., limit, None).unwrap();
        assert_eq!((page.entries.len(), page.next.is_some()), (limit.min(4), follows), "{limit}");
    }
    let empty = store.page(10.., 3, None).unwrap();
    assert!(empty.entries.is_empty() && empty.next.is_none());
}

pub(crate) fn cursors_travel_as_text(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let keys = [vec![], vec![0], vec![0xff; 2048]];
    numbers(&db.writer).put_many(&with_places(&keys)).unwrap();
    let store = numbers::<Vec<u8>>(&db.reader);
    let mut after: Option<Cursor> = None;
    for key in keys {
        let page = store.page(.., 1, after.as_ref()).unwrap();
        assert_eq!(page.entries[0].0, key);
        after = page.next.map(|cursor| cursor.to_string().parse().unwrap());
    }
    assert_eq!(after, None);
}

pub(crate) fn a_cursor_of_another_query_is_refused(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&[1_u32, 2, 3, 4])).unwrap();
    let store = numbers::<u32>(&db.reader);
    let other = Table::<u32, u32>::new(Arc::clone(&db.reader), "others");
    let cursor = store.page(1..4, 1, None).unwrap().next.unwrap();
    let refused = |page: keyloft::Result<keyloft::Page<u32, u32>>| {
        assert_eq!(page.unwrap_err().code(), "InvalidCursor");
    };
    refused(store.page(.., 1, Some(&cursor)));
    refused(store.page(1..=4, 1, Some(&cursor)));
    refused(store.page(0..4, 1, Some(&cursor)));
    refused(store.page(Query::range(1..4).reverse(), 1, Some(&cursor)));
    refused(other.page(1..4, 1, Some(&cursor)));
    // A page with another limit is of the same query.
    assert_eq!(store.page(1..4, 2, Some(&cursor)).unwrap().entries, [(2, 1), (3, 2)]);
}

pub(crate) fn invalid_text_is_no_cursor(_: &dyn Fixture) {
    for text in ["", "0", "00", "000000", "zz", "0000000", "not a cursor", "鍵", "0000000g"] {
        assert_eq!(text.parse::<Cursor>().unwrap_err().code(), "InvalidCursor", "{text:?}");
    }
}

pub(crate) fn continue_after_a_deleted_key(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let writer = numbers(&db.writer);
    writer.put_many(&with_places(&[10_u32, 20, 30, 40])).unwrap();
    let store = numbers::<u32>(&db.reader);
    let after = store.page(.., 2, None).unwrap().next.unwrap();
    writer.delete(&20).unwrap();
    writer.put(&15, &0).unwrap();
    writer.put(&25, &0).unwrap();
    let page = store.page(.., 2, Some(&after)).unwrap();
    assert_eq!(page.entries.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [25, 30]);
}

pub(crate) fn of_size_0_do_not_advance(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    numbers(&db.writer).put_many(&with_places(&[1_u32, 2, 3])).unwrap();
    let store = numbers::<u32>(&db.reader);
    let after = store.page(.., 1, None).unwrap().next.unwrap();
    let page = store.page(.., 0, Some(&after)).unwrap();
    assert!(page.entries.is_empty());
    assert_eq!(store.page(.., 1, page.next.as_ref()).unwrap().entries, [(2, 1)]);
}

/// Returns the entries of all pages, and checks that each page but the last is full.
#[track_caller]
fn all_pages<K: StorageKey>(
    store: &impl EntityStore<K, u32>,
    query: &Query<K>,
    limit: usize,
) -> Vec<(K, u32)> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = store.page(query.clone(), limit, after.as_ref()).unwrap();
        assert!(page.entries.len() == limit || page.next.is_none(), "a page that is not full is the last");
        all.extend(page.entries);
        assert!(all.len() < 100, "the pages have no end");
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}
