//! Cursors and staged transactions from before a change of the table's definition.

use keyloft::catalog::Migration;
use keyloft::layers::Staged;
use keyloft::prelude::*;

use crate::backend;

type Pair = (u8, u8);

const FIRST: Index<Pair, u8> = Index::new("part", |pair| Some(pair.0));
const SECOND: Index<Pair, u8> = Index::<Pair, u8>::new("part", |pair| Some(pair.1)).revision(2);

#[test]
fn a_cursor_of_another_revision_of_the_index_is_refused() {
    let backend = backend();
    let old = Table::<u32, Pair>::with_schema(backend.clone(), Schema::new("pairs").index(FIRST));
    old.put_many(&(0..9).map(|i| (u32::from(i), (i, 9 - i))).collect::<Vec<_>>()).unwrap();
    let cursor = old.page_by(&FIRST, .., 6, None).unwrap().next.unwrap();
    assert_eq!(old.page_by(&FIRST, .., 6, Some(&cursor)).unwrap().entries.len(), 3);

    let new = Table::<u32, Pair>::with_schema(backend, Schema::new("pairs").index(SECOND));
    new.migrate().unwrap();
    assert_eq!(new.page_by(&SECOND, .., 6, Some(&cursor)).unwrap_err().code(), "InvalidCursor");
}

#[test]
fn a_cursor_from_before_a_change_of_the_keys_is_refused() {
    let backend = backend();
    let old = Schema::<u32, Pair>::new("pairs");
    let table = Table::with_schema(backend.clone(), old.clone());
    table.put_many(&(0..9).map(|i| (u32::from(i), (i, 9 - i))).collect::<Vec<_>>()).unwrap();
    let cursor = table.page(.., 6, None).unwrap().next.unwrap();

    let new = Schema::<(u8, u32), Pair>::new("pairs");
    Migration::new(backend.clone()).rekey(&old, &new, |key, pair| Ok((pair.1, key))).run().unwrap();
    let table = Table::with_schema(backend, new);
    assert_eq!(table.page(.., 6, Some(&cursor)).unwrap_err().code(), "InvalidCursor");
}

#[test]
fn a_staged_transaction_from_before_a_migration_is_refused() {
    let backend = backend();
    let old = Table::<u32, Pair>::new(backend.clone(), "pairs");
    old.put(&1, &(1, 1)).unwrap();
    let reading = Staged::begin(&*backend).unwrap();
    let mut writing = Staged::begin(&*backend).unwrap();
    old.within(&mut writing).put(&2, &(2, 2)).unwrap();

    let new = Table::<u32, Pair>::with_schema(backend.clone(), Schema::new("pairs").index(FIRST));
    new.migrate().unwrap();
    let refused = backend.transaction(|tx| writing.apply(tx)).unwrap_err();
    assert_eq!(refused.code(), "DefinitionMismatch");
    assert!(refused.to_string().contains("run the transaction again"), "{refused}");
    assert_eq!((new.count().unwrap(), new.verify().unwrap()), (1, vec![]));
    backend.transaction(|tx| reading.apply(tx)).unwrap();
}
