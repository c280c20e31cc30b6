//! Iterations over entities.

use keyloft::prelude::*;

use super::samples::{both_ways, numbers, with_places};
use crate::Fixture;
use crate::subject::Subject;

pub(crate) fn returns_every_entity_of_tables_of_any_size(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let (writer, reader) = (numbers(&db.writer), numbers::<u32>(&db.reader));
    let mut there = 0;
    // The numbers are near the sizes of the chunks that an iterator fetches.
    for count in [0, 1, 15, 16, 17, 79, 80, 81, 335, 336, 337, 1_359, 1_360, 1_361, 3_000] {
        let more: Vec<u32> = (there..count).collect();
        writer.put_many(&more.iter().map(|&key| (key, key)).collect::<Vec<_>>()).unwrap();
        there = count;
        let (forward, backward) = both_ways(..);
        let keys = |query: Query<u32>| reader.iter(query).unwrap().map(|entry| entry.unwrap().0);
        assert!(keys(forward).eq(0..count), "{count} forward");
        assert!(keys(backward).eq((0..count).rev()), "{count} backward");
    }
}

/// A chunk that an iterator fetches ends before a long entity, or within a row of damaged ones.
pub(crate) fn returns_entities_of_any_length_and_goes_on_after_damaged_ones(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let texts = |db| Table::<u32, String>::new(db, "texts");
    let length = |key: u32| [0, 7, 300, 5_000, 70_000][usize::try_from(key).unwrap() * 7 % 11 % 5];
    let entries: Vec<(u32, String)> = (0..400).map(|key| (key, "x".repeat(length(key)))).collect();
    texts(db.writer.clone()).put_many(&entries).unwrap();
    let is_damaged = |key: u32| key % 13 == 5 || (100..150).contains(&key);
    for key in (0..400).filter(|key| is_damaged(*key)) {
        db.put("texts", &key.to_be_bytes(), b"damaged");
    }
    let reader = texts(db.reader.clone());
    let check = |query: Query<u32>, keys: &mut dyn Iterator<Item = u32>| {
        let mut found = reader.iter(query).unwrap();
        for key in keys {
            match found.next().unwrap() {
                Ok((found, text)) => assert!(found == key && text.len() == length(key) && !is_damaged(key)),
                Err(error) => assert!(is_damaged(key) && error.code() == "Decode", "{key}: {error}"),
            }
        }
        assert!(found.next().is_none());
    };
    let (forward, backward) = both_ways(..);
    check(forward, &mut (0..400));
    check(backward, &mut (0..400).rev());
    for limit in [1, 16, 17, 100, 399] {
        let (forward, backward) = both_ways(..);
        check(forward.limit(limit), &mut (0..400).take(limit));
        check(backward.limit(limit), &mut (0..400).rev().take(limit));
    }
}

pub(crate) fn does_not_see_later_writes(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let (writer, reader) = (numbers(&db.writer), numbers::<u32>(&db.reader));
    writer.put_many(&with_places(&(0..500).collect::<Vec<u32>>())).unwrap();
    let mut seen = Vec::new();
    for entry in reader.iter(..).unwrap() {
        let (key, value) = entry.unwrap();
        seen.push((key, value));
        if key % 50 == 0 {
            writer.delete(&(key + 1)).unwrap();
            writer.put(&(key + 2), &7_000).unwrap();
            writer.put(&(key + 10_000), &0).unwrap();
        }
    }
    assert_eq!(seen, with_places(&(0..500).collect::<Vec<u32>>()));
    assert_eq!(reader.get(&1).unwrap(), None);
}

pub(crate) fn may_end_early(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let (writer, reader) = (numbers(&db.writer), numbers::<u32>(&db.reader));
    writer.put_many(&with_places(&(0..100).collect::<Vec<u32>>())).unwrap();
    let mut left = reader.iter(Query::all().reverse()).unwrap();
    assert_eq!(left.next().unwrap().unwrap(), (99, 99));
    drop(left);
    writer.put(&100, &100).unwrap();
    assert_eq!(reader.last().unwrap(), Some((100, 100)));
}

pub(crate) fn stays_at_its_end(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let (writer, reader) = (numbers::<u32>(&db.writer), numbers::<u32>(&db.reader));
    writer.put(&1, &1).unwrap();
    let mut entries = reader.iter(..).unwrap();
    assert!(entries.next().is_some() && entries.next().is_none());
    writer.put(&2, &2).unwrap();
    assert!(entries.next().is_none());
}

pub(crate) fn outlives_its_store(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let all = with_places(&(0..500).collect::<Vec<u32>>());
    numbers(&db.writer).put_many(&all).unwrap();
    let of_a_store = numbers::<u32>(&db.reader).iter(..).unwrap().into_owned();
    let of_a_snapshot = {
        let snapshot = db.reader.snapshot().unwrap();
        numbers::<u32>(&db.reader).at(&snapshot).iter(Query::all().reverse().limit(300)).unwrap().into_owned()
    };
    let begun = {
        let store = numbers::<u32>(&db.reader);
        let mut begun = store.iter(..).unwrap();
        assert_eq!(begun.next().unwrap().unwrap(), all[0]);
        begun.into_owned()
    };

    numbers::<u32>(&db.writer).delete_all().unwrap();
    numbers::<u32>(&db.writer).put(&7, &7_000).unwrap();
    assert!(of_a_store.map(Result::unwrap).eq(all.iter().copied()));
    assert!(of_a_snapshot.map(Result::unwrap).eq(all.iter().rev().take(300).copied()));
    assert!(begun.map(Result::unwrap).eq(all.iter().skip(1).copied()));
    assert_eq!(numbers::<u32>(&db.reader).scan_all().unwrap(), [(7, 7_000)]);
}

pub(crate) fn goes_on_in_a_transaction_that_writes(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    let store = numbers::<u32>(&db.writer);
    store.put_many(&with_places(&(0..500).collect::<Vec<u32>>())).unwrap();
    let written = db.writer.transaction(|tx| {
        store.within(tx).put(&500, &500)?;
        // The iterator has the earlier writes of the transaction, and none of the later ones.
        let entries = store.within(tx).iter(..)?.into_owned();
        for entry in entries {
            let (key, value) = entry?;
            store.within(tx).delete(&key)?;
            store.within(tx).put(&(1_000 + key), &value)?;
        }
        store.within(tx).count()
    });
    assert_eq!(written.unwrap(), 501);
    assert_eq!(numbers::<u32>(&db.reader).first().unwrap(), Some((1_000, 0)));
}
