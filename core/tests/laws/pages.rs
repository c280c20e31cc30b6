//! The pages of a query together are its result.

use std::collections::BTreeSet;
use std::ops::RangeBounds;

use keyloft::prelude::*;
use proptest::prelude::*;

use crate::hostile::Hostile;
use crate::law::{holds, neighbours};
use crate::queries::{bounds, expected, keys, shaped, store_of};

fn pages_are_the_result<K: Hostile>() {
    let cases = (keys::<K>(), bounds::<K>(), any::<bool>(), 1_usize..5);
    holds(cases, |(keys, range, reverse, size)| {
        let (store, model) = store_of(&keys);
        let expected = expected(&model, |key| range.contains(key), reverse, None);
        let query = shaped(Query::range(range), reverse, None);

        let mut found = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = store.page(query.clone(), size, after.as_ref()).unwrap();
            found.extend(page.entries);
            prop_assert_eq!(page.next.is_some(), found.len() < expected.len());
            let Some(next) = page.next else { break };
            prop_assert_eq!(found.len() % size, 0);
            after = Some(next.to_string().parse().unwrap());
        }
        prop_assert_eq!(found, expected);
        Ok(())
    });
}

#[test]
fn of_text() {
    pages_are_the_result::<JobId>();
}

#[test]
fn of_bytes() {
    pages_are_the_result::<Vec<u8>>();
}

#[test]
fn of_composites() {
    pages_are_the_result::<UserRowId>();
}

fn three_jobs() -> Table<JobId, u32> {
    store_of(&BTreeSet::from(["a", "b", "c"].map(JobId::new))).0
}

#[test]
fn a_cursor_belongs_to_one_query() {
    let jobs = three_jobs();
    let cursor = jobs.page(.., 1, None).unwrap().next.unwrap();
    for other in [
        Query::all().reverse(),
        Query::range(JobId::new("")..),
        Query::prefix(JobId::prefix("a")),
        Query::range(..=JobId::new("c")),
        Query::range(..JobId::new("c")),
    ] {
        let refused = jobs.page(other.clone(), 1, Some(&cursor)).unwrap_err();
        assert_eq!(refused.code(), "InvalidCursor", "{other:?}");
    }
    let elsewhere = Table::<JobId, u32>::new(jobs.backend().clone(), "elsewhere");
    assert_eq!(elsewhere.page(.., 1, Some(&cursor)).unwrap_err().code(), "InvalidCursor");
}

/// Clients return the text of a cursor. Whatever they write into it, the bounds of the query hold.
#[test]
fn a_forged_cursor_does_not_widen_the_query() {
    holds(
        (keys::<UserRowId>(), neighbours::<UserRowId>(), any::<bool>()),
        |(mut keys, (ours, other), reverse)| {
            let user = ours.user_id().clone();
            let second = UserRowId::new(user.clone(), [ours.row_id(), b"2"].concat());
            keys.extend([ours, second, other.clone()]);
            let (store, model) = store_of(&keys);
            let query = shaped(Query::prefix(UserRowId::prefix(&user)), reverse, None);

            let cursor = store.page(query.clone(), 1, None).unwrap().next.unwrap().to_string();
            let forged = forge(&cursor, &other.as_storage_key());
            let page = store.page(query, usize::MAX, Some(&forged.parse().unwrap()));

            if *other.user_id() == user {
                let left =
                    |key: &UserRowId| *key.user_id() == user && (*key > other) != reverse && *key != other;
                prop_assert_eq!(page.unwrap().entries, expected(&model, left, reverse, None));
            } else {
                prop_assert_eq!(page.unwrap_err().code(), "InvalidCursor");
            }
            Ok(())
        },
    );
}

/// Makes a cursor of the same query that ends at another key, as a client can who knows the code: the checksum of a cursor
/// is no secret, and can be computed backwards.
fn forge(cursor: &str, last: &[u8]) -> String {
    const PRIME: u32 = 0x0100_0193;
    let inverse = (0..5)
        .fold(1_u32, |inverse, _| inverse.wrapping_mul(2_u32.wrapping_sub(PRIME.wrapping_mul(inverse))));
    let fed = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat();
    let checked = u32::from_str_radix(&cursor[..8], 16).unwrap();
    let genuine = RowId::from_hex(&cursor[8..]).unwrap();
    let query = fed(genuine.as_bytes())
        .iter()
        .rev()
        .fold(checked, |hash, byte| hash.wrapping_mul(inverse) ^ u32::from(*byte));
    let checked = fed(last).iter().fold(query, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(PRIME));
    format!("{checked:08x}{}", RowId::new(last).to_hex())
}

#[test]
fn a_damaged_cursor_is_refused() {
    let jobs = three_jobs();
    let cursor = jobs.page(.., 1, None).unwrap().next.unwrap().to_string();
    let refused = |text: String| match text.parse() {
        Ok(cursor) => jobs.page(.., 1, Some(&cursor)).is_err(),
        Err(_) => true,
    };
    for at in 0..cursor.len() {
        assert!(refused(cursor[..at].to_owned()), "cut at {at}");
        for digit in "0123456789abcdef".chars().filter(|digit| !cursor[at..].starts_with(*digit)) {
            assert!(refused(format!("{}{digit}{}", &cursor[..at], &cursor[at + 1..])), "{digit} at {at}");
        }
    }
    assert!(!refused(cursor));
}

#[test]
fn a_cursor_continues_where_its_entry_was() {
    let jobs = three_jobs();
    let cursor = jobs.page(.., 2, None).unwrap().next.unwrap();
    jobs.delete(&"b".into()).unwrap();
    jobs.put(&"b1".into(), &9).unwrap();
    jobs.put(&"a1".into(), &9).unwrap();
    let page = jobs.page(.., 2, Some(&cursor)).unwrap();
    assert_eq!(page.entries, [("b1".into(), 9), ("c".into(), 2)]);
    assert!(page.next.is_none());
}

#[test]
fn a_page_may_have_any_size() {
    let page = three_jobs().page(.., usize::MAX, None).unwrap();
    assert_eq!(page.entries.len(), 3);
    assert!(page.next.is_none());
}

#[test]
fn a_page_has_a_cursor_only_if_another_page_follows() {
    let jobs = three_jobs();
    assert!(jobs.page(.., 3, None).unwrap().next.is_none());
    assert!(jobs.page(Query::all().reverse(), 3, None).unwrap().next.is_none());
    assert!(jobs.page(.., 2, None).unwrap().next.is_some());
}
