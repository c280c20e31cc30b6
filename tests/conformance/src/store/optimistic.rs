//! Optimistic transactions: writes that are committed only if nothing that was read has changed.

use std::sync::Arc;

use keyloft::backend::{Direction, Entries, KeyRange, KeySpan, ReadExt};
use keyloft::layers::{Scoped, Staged};
use keyloft::prelude::*;
use keyloft::{Partition, Read};

use crate::Fixture;
use crate::reading::Reading;
use crate::writing::Commit;

fn numbers(backend: &Arc<dyn StorageBackend>) -> Table<u32, u32> {
    Table::new(backend.clone(), "numbers")
}

/// Returns `true` if a transaction that reads thus conflicts with a commit of another writer.
fn conflicts(
    fixture: &dyn Fixture,
    read: impl Fn(&Staged, &Partition),
    change: impl Fn(&Table<u32, u32>),
) -> bool {
    let backend = fixture.open();
    let table = numbers(&backend);
    table.put_many(&[(1, 10), (2, 20), (3, 30), (5, 50)]).unwrap();
    let mut staged = Staged::optimistic(&backend).unwrap();
    read(&staged, table.partition());
    table.within(&mut staged).put(&9, &90).unwrap();
    change(&table);
    let before = backend.dump();
    match staged.commit(&backend) {
        Ok(()) => {
            assert_eq!(table.get(&9).unwrap(), Some(90));
            false
        }
        Err(error) => {
            assert_eq!(error.code(), "Conflict", "{error}");
            assert_eq!(backend.dump(), before);
            true
        }
    }
}

fn key(id: u32) -> [u8; 4] {
    id.to_be_bytes()
}

pub(crate) fn find_what_has_changed_since_it_was_read(fixture: &dyn Fixture) {
    let get = |id| move |staged: &Staged, table: &Partition| drop(staged.get_owned(table, &key(id)).unwrap());
    let put = |id, value| move |table: &Table<u32, u32>| table.put(&id, &value).unwrap();
    assert!(conflicts(fixture, get(1), put(1, 11)), "it was changed");
    assert!(conflicts(fixture, get(4), put(4, 40)), "it was absent");
    assert!(conflicts(fixture, get(1), |table| table.delete(&1).map(drop).unwrap()), "it was deleted");
    assert!(!conflicts(fixture, get(1), put(2, 21)), "another one was changed");
    assert!(!conflicts(fixture, get(1), put(1, 10)), "it was stored again");
    assert!(!conflicts(fixture, |_, _| (), put(1, 11)), "nothing was read");

    let contains = |staged: &Staged, table: &Partition| staged.contains(table, &key(4)).map(drop).unwrap();
    assert!(conflicts(fixture, contains, put(4, 40)));
    let many = |staged: &Staged, table: &Partition| {
        staged.get_many(table, &[&key(1), &key(4)], &mut |_, _| ()).unwrap();
    };
    assert!(conflicts(fixture, many, put(4, 40)));
    let batch = |staged: &Staged, table: &Partition| {
        staged.get_batch(&[(table, &key(1)), (table, &key(4))], &mut |_, _| ()).unwrap();
    };
    assert!(conflicts(fixture, batch, put(1, 11)) && conflicts(fixture, batch, put(4, 40)));
    assert!(!conflicts(fixture, batch, put(2, 21)));
    let listed = |staged: &Staged, _: &Partition| drop(staged.partitions().unwrap());
    assert!(!conflicts(fixture, listed, put(1, 11)));
    assert!(conflicts(fixture, listed, |table| table.backend().put_one("other", b"k", b"v")));
}

pub(crate) fn find_what_has_come_into_a_range(fixture: &dyn Fixture) {
    let between = |from: u32, to: u32| KeySpan {
        lower: std::ops::Bound::Included(key(from).to_vec()),
        upper: std::ops::Bound::Excluded(key(to).to_vec()),
    };
    let scan = |from, to, direction, limit| {
        move |staged: &Staged, table: &Partition| {
            let mut left: usize = limit;
            staged
                .scan(table, between(from, to).as_range(), direction, &mut |_, _| {
                    left -= 1;
                    if left > 0 {
                        std::ops::ControlFlow::Continue(())
                    } else {
                        std::ops::ControlFlow::Break(())
                    }
                })
                .unwrap();
        }
    };
    let put = |id| move |table: &Table<u32, u32>| table.put(&id, &0).unwrap();
    assert!(conflicts(fixture, scan(1, 5, Direction::Forward, 9), put(4)), "a phantom");
    assert!(conflicts(fixture, scan(1, 5, Direction::Forward, 9), put(1)), "a value in the middle");
    assert!(conflicts(fixture, scan(1, 5, Direction::Backward, 9), put(4)));
    assert!(conflicts(fixture, scan(1, 5, Direction::Forward, 9), |table| table
        .delete(&2)
        .map(drop)
        .unwrap()));
    assert!(!conflicts(fixture, scan(1, 5, Direction::Forward, 9), put(5)), "it is outside");
    // A scan that ends early has not read the rest.
    assert!(conflicts(fixture, scan(1, 9, Direction::Forward, 2), put(2)));
    assert!(!conflicts(fixture, scan(1, 9, Direction::Forward, 2), put(3)));
    assert!(conflicts(fixture, scan(1, 9, Direction::Backward, 2), put(4)));
    assert!(!conflicts(fixture, scan(1, 9, Direction::Backward, 2), put(2)));
    let count = |staged: &Staged, table: &Partition| staged.count(table, KeyRange::ALL).map(drop).unwrap();
    assert!(conflicts(fixture, count, put(4)));
}

pub(crate) fn are_retried_until_they_commit(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let table = numbers(&backend);
    let mut runs = 0;
    let total = Staged::retry(&backend, 5, |tx| {
        runs += 1;
        let total = table.within(tx).get(&1)?.unwrap_or(0) + 1;
        if runs < 3 {
            table.put(&1, &(total + 100)).unwrap();
        }
        table.within(tx).put(&1, &total)?;
        Ok(total)
    })
    .unwrap();
    assert_eq!((runs, total), (3, 203));
    assert_eq!(table.get(&1).unwrap(), Some(203));

    let always = Staged::retry(&backend, 2, |tx| {
        let total = table.within(tx).get(&1)?.unwrap_or(0);
        table.put(&1, &(total + 1)).unwrap();
        table.within(tx).put(&1, &0)
    });
    assert_eq!(always.unwrap_err().code(), "Conflict");
    assert_eq!(table.get(&1).unwrap(), Some(205));
}

pub(crate) fn share_a_transaction_with_a_scope(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let acme = Arc::new(Scoped::new(backend.clone(), "acme"));
    let scoped: Arc<dyn StorageBackend> = acme.clone();
    let (inside, outside) = (numbers(&scoped), numbers(&backend));
    backend
        .transaction(|tx| {
            inside.within(&mut acme.within(tx)?).put(&1, &10)?;
            outside.within(tx).put(&1, &11)?;
            assert_eq!(inside.within(&mut acme.within(tx)?).get(&1)?, Some(10));
            Ok(())
        })
        .unwrap();
    assert_eq!((inside.get(&1).unwrap(), outside.get(&1).unwrap()), (Some(10), Some(11)));

    let undone = backend.transaction(|tx| {
        inside.within(&mut acme.within(tx)?).put(&1, &12)?;
        Err::<(), _>(ErrorKind::ReadOnly.into())
    });
    assert!(undone.is_err());
    assert_eq!(inside.get(&1).unwrap(), Some(10));

    let other = fixture.open();
    let foreign = other.transaction(|tx| acme.within(tx).map(drop));
    assert_eq!(foreign.unwrap_err().code(), "OtherBackend");
}

pub(crate) fn iterate_over_bytes_that_outlive_the_backend_s_borrow(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let partition = Partition::from("bytes");
    let expected: Vec<(Vec<u8>, Vec<u8>)> =
        (0..500_u32).map(|id| (key(id).to_vec(), vec![0; usize::try_from(id % 5).unwrap()])).collect();
    for (key, value) in &expected {
        backend.put_one("bytes", key, value);
    }
    backend.put_one("bytes", &key(250), &vec![7; 300_000]);
    let read = |span, direction| Entries::of(&backend, &partition, span, direction).unwrap();
    let mut entries = read(KeySpan::ALL, Direction::Forward);
    assert_eq!(entries.next().unwrap().unwrap(), expected[0]);
    // The iterator reads its snapshot.
    backend.put_one("bytes", &key(1), b"changed");
    let rest: Vec<_> = entries.map(Result::unwrap).collect();
    assert_eq!(rest.len(), 499);
    assert_eq!(rest[0], expected[1]);
    assert_eq!(rest[249].1.len(), 300_000);

    let span = KeySpan::of_prefix(&[0, 0, 1]);
    let backward: Vec<_> = read(span, Direction::Backward).map(|entry| entry.unwrap().0).collect();
    let last = (256..500_u32).rev().map(|id| key(id).to_vec());
    assert!(backward.into_iter().eq(last));
    backend
        .transaction(|tx| {
            let inside = Entries::at(&*tx, &partition, KeySpan::ALL, Direction::Forward);
            assert_eq!(inside.count(), 500);
            Ok(())
        })
        .unwrap();
    assert_eq!(read(KeySpan::of_prefix(b"z"), Direction::Forward).count(), 0);
}
