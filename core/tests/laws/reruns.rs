//! A transaction whose body an engine runs again has the results of the last run.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::prelude::*;
use keyloft::{Read, Snapshot};
use keyloft_memory::MemoryBackend;

/// Runs each body twice, and undoes the first run.
struct Twice(MemoryBackend);

impl Read for Twice {
    keyloft::delegate_reads!(self => self.0);
}

impl StorageBackend for Twice {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.0.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let undone = self.0.transact(&mut |tx| {
            drop(body(tx));
            Err(ErrorKind::Aborted.into())
        });
        assert_eq!(undone.unwrap_err().code(), "Aborted");
        self.0.transact(body)
    }
}

#[derive(Debug, PartialEq)]
enum Refused {
    Once,
    Storage(&'static str),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Storage(error.code())
    }
}

const VALUE: UniqueIndex<u32, u32> = UniqueIndex::new("value", |value| Some(*value));

/// Returns a closure that refuses its first call alone.
fn refusing_once() -> impl FnMut() -> Result<(), Refused> {
    let mut calls = 0;
    move || {
        calls += 1;
        if calls == 1 { Err(Refused::Once) } else { Ok(()) }
    }
}

#[test]
fn writes_have_the_results_of_the_last_run() {
    let schema = Schema::<u32, u32>::new("numbers").index(VALUE);
    let numbers = Table::with_schema(Arc::new(Twice(MemoryBackend::new())), schema);
    numbers.insert(&1, &10).unwrap();
    numbers.put_many(&[(2, 20), (3, 30), (4, 40)]).unwrap();
    let add = |value: &mut u32| {
        *value += 1;
        Ok(())
    };
    assert_eq!(numbers.update(&1, add).unwrap(), 11);
    assert_eq!(numbers.load([(6, 60), (5, 50)]).unwrap(), 2);
    assert_eq!(numbers.delete_by(&VALUE, Query::range(30..).limit(2)).unwrap(), 2);
    assert_eq!(numbers.delete_many(&[2, 9]).unwrap(), 1);
    assert_eq!(numbers.reindex().unwrap(), 3);
    assert_eq!(numbers.scan_all().unwrap(), [(1, 11), (5, 50), (6, 60)]);
    assert_eq!(numbers.verify().unwrap(), []);
    assert_eq!(numbers.delete_all().unwrap(), 3);
}

#[test]
fn a_refusal_of_an_earlier_run_is_forgotten() {
    let schema = Schema::<u32, u32>::new("numbers").guard(|_, change| match change.old {
        Some(_) => Err(ErrorKind::Aborted.into()),
        None => Ok(()),
    });
    let backend: Arc<dyn StorageBackend> = Arc::new(Twice(MemoryBackend::new()));
    let numbers = Table::with_schema(backend.clone(), schema);
    let mut refuse = refusing_once();
    let stored = backend.try_transaction(|tx| {
        numbers.within(tx).put(&1, &10)?;
        refuse()
    });
    assert_eq!(stored, Ok(()));
    let mut refuse = refusing_once();
    let aborted = numbers.try_update(&1, |_| refuse());
    assert_eq!(aborted, Err(Refused::Storage("Aborted")), "the guard refused the last run");
}
