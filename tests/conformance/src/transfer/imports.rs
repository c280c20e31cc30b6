//! The data after an import.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{KeyRange, TransactionBody};
use keyloft::error::Place;
use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::transfer::{self, Export, Import, Source};
use keyloft::{Partition, Read, Snapshot, delegate_reads};

use super::{export, filled, import};
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn of_nothing_write_nothing(fixture: &dyn Fixture) {
    let (from, to) = (fixture.open(), fixture.open());
    assert_eq!(import(&to, &export(&from)).unwrap().entries, 0);
    assert_eq!(to.dump(), []);
}

pub(crate) fn restore_the_exported_data(fixture: &dyn Fixture) {
    let (from, to) = (filled(fixture), fixture.open());
    from.commit(|tx| {
        tx.set("long", &[1; 2048], &vec![2; 300_000]);
        tx.set("many", b"last", b"");
        for key in 0..1000_u16 {
            tx.set("many", &key.to_be_bytes(), &key.to_le_bytes());
        }
        tx.put(&Partition::from_stored("#of_long:keys"), &[1; 4096], &[2; 2048]).unwrap();
    });
    let mut stream = Vec::new();
    let exported = transfer::export(&from, &mut stream).unwrap();
    let imported = import(&to, &stream).unwrap();

    assert_eq!(to.dump(), from.dump());
    assert_eq!(imported, exported);
    assert_eq!(transfer::digest(&to).unwrap(), exported.digest);
    assert!(export(&to) == stream);
    let names = from.names();
    let counted: u64 =
        names.iter().map(|name| from.count(&Partition::from_stored(name), KeyRange::ALL).unwrap()).sum();
    assert_eq!((exported.partitions, exported.entries), (u64::try_from(names.len()).unwrap(), counted));
}

pub(crate) fn are_refused_by_a_backend_with_data(fixture: &dyn Fixture) {
    let (from, to) = (filled(fixture), fixture.open());
    to.put_one("elsewhere", b"k", b"v");
    let before = to.dump();
    let error = import(&to, &export(&from)).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotEmpty { place } if *place == Place::of(&"elsewhere".into())),
        "{error}"
    );
    assert_eq!(to.dump(), before);
}

pub(crate) fn that_replace_remove_earlier_data(fixture: &dyn Fixture) {
    let (from, to) = (filled(fixture), fixture.open());
    to.commit(|tx| {
        tx.set("elsewhere", b"k", b"v");
        tx.set("users", b"bob", b"another bob");
        tx.set("users", b"zoe", b"");
        tx.put(&Partition::from_stored("#role:users"), b"of before", b"zoe").unwrap();
    });
    let stream = export(&from);
    transfer::import_replacing(&to, || Ok(stream.as_slice())).unwrap();
    assert_eq!(to.dump(), from.dump());
    transfer::import_replacing(&to, || Ok(stream.as_slice())).unwrap();
    assert_eq!(to.dump(), from.dump(), "a second time");
}

/// Stores three tables, one of them with an index.
fn three_tables(backend: &Arc<dyn StorageBackend>) {
    const LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());
    let notes = Table::with_schema(backend.clone(), Schema::<u32, String>::new("notes").index(LENGTH));
    notes.load((0..3_000).map(|id| (id, "x".repeat(usize::try_from(id % 7).unwrap())))).unwrap();
    Table::<u32, u32>::new(backend.clone(), "numbers").put(&1, &2).unwrap();
    // Its name begins like that of another table.
    Table::<u32, u32>::new(backend.clone(), "notes2").put(&1, &2).unwrap();
}

fn export_of(backend: &Arc<dyn StorageBackend>, tables: &[&str]) -> Vec<u8> {
    let mut stream = Vec::new();
    let snapshot = backend.snapshot().unwrap();
    // What is committed later is not in the snapshot.
    backend.put_one("notes", b"late", b"");
    Export::of(&*snapshot).tables(tables.iter().copied()).write(&mut stream).unwrap();
    stream
}

pub(crate) fn of_some_tables_join_others(fixture: &dyn Fixture) {
    let (from, to) = (fixture.open(), fixture.open());
    three_tables(&from);
    let numbers = Table::<u32, u32>::new(to.clone(), "numbers");
    numbers.put(&7, &8).unwrap();
    let stream = export_of(&from, &["notes", "absent"]);
    assert_eq!(transfer::check(stream.as_slice()).unwrap().partitions, 3);
    let summary = to.transaction(|tx| Import::new().within(tx, stream.as_slice())).unwrap();
    assert_eq!(summary.entries, 1 + 3_000 + 3_000);
    assert_eq!(to.names(), ["#length:notes", "notes", "numbers", "system_catalog"]);
    assert_eq!(numbers.scan_all().unwrap(), [(7, 8)]);
    let notes = keyloft::untyped::UntypedTable::open(to.clone(), "notes").unwrap().unwrap();
    assert_eq!(notes.count().unwrap(), 3_000);
    assert_eq!(notes.count_by(&notes.index("length").unwrap(), ..).unwrap(), 3_000);

    // A second time they are there already, unless they are to be replaced.
    let before = to.dump();
    let again = to.transaction(|tx| Import::new().within(tx, stream.as_slice()));
    assert_eq!(again.unwrap_err().code(), "NotEmpty");
    assert_eq!(to.dump(), before);
    to.put_one("notes", b"more", b"");
    to.transaction(|tx| Import::new().replacing().within(tx, stream.as_slice())).unwrap();
    assert_eq!(to.dump(), before);
}

pub(crate) fn that_replace_some_tables_leave_nothing_of_them(fixture: &dyn Fixture) {
    const OF_EVEN: Index<u32, u32> = Index::new("of_even", |number| (number % 2 == 0).then_some(*number));
    for (name, scope) in [("numbers", None), ("@acme/numbers", Some("acme"))] {
        let table = |backend: &Arc<dyn StorageBackend>| {
            let backend: Arc<dyn StorageBackend> = match scope {
                Some(scope) => Arc::new(Scoped::new(backend.clone(), scope)),
                None => backend.clone(),
            };
            Table::with_schema(backend, Schema::<u32, u32>::new("numbers").index(OF_EVEN))
        };
        // The stream has all three partitions, then no entry of the index, and then no row of the table.
        for number in [Some(6), Some(3), None] {
            let (from, to) = (fixture.open(), fixture.open());
            table(&from).put(&1, &number.unwrap_or(0)).unwrap();
            if number.is_none() {
                table(&from).delete(&1).unwrap();
            }
            table(&to).put_many(&[(1, 2), (2, 4)]).unwrap();
            let mut stream = Vec::new();
            let snapshot = from.snapshot().unwrap();
            Export::of(&*snapshot).tables([Partition::from_stored(name)]).write(&mut stream).unwrap();
            let refused = to.transaction(|tx| Import::new().within(tx, stream.as_slice()));
            assert_eq!(refused.unwrap_err().code(), "NotEmpty");
            to.transaction(|tx| Import::new().replacing().within(tx, stream.as_slice())).unwrap();
            assert_eq!(to.dump(), from.dump());
        }
    }
}

pub(crate) fn that_are_cancelled_change_nothing(fixture: &dyn Fixture) {
    let (from, to) = (fixture.open(), fixture.open());
    three_tables(&from);
    let stream = export(&from);
    to.put_one("elsewhere", b"k", b"v");
    let before = to.dump();
    let mut reports = Vec::new();
    let cancelled = Import::new().replacing().report(|progress| {
        reports.push((progress.entries, progress.partition.clone()));
        if reports.len() < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert_eq!(cancelled.run(&to, || Ok(stream.as_slice())).unwrap_err().code(), "Cancelled");
    assert_eq!(
        reports,
        [(1024, "#length:notes"), (2048, "#length:notes"), (3072, "notes")]
            .map(|(entries, name)| { (entries, Partition::from_stored(name)) })
    );
    assert_eq!(to.dump(), before);

    let snapshot = from.snapshot().unwrap();
    let cancelled = Export::of(&*snapshot).report(|_| ControlFlow::Break(())).write(&mut Vec::new());
    assert_eq!(cancelled.unwrap_err().code(), "Cancelled");
}

pub(crate) fn read_a_stream_in_pieces_of_any_size(fixture: &dyn Fixture) {
    /// A source that returns a fixed number of bytes at a time.
    struct Dripping<'a> {
        rest: &'a [u8],
        drop: usize,
    }

    impl Source for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let len = self.drop.min(buffer.len()).min(self.rest.len());
            buffer[..len].copy_from_slice(&self.rest[..len]);
            self.rest = &self.rest[len..];
            Ok(len)
        }
    }

    let from = filled(fixture);
    from.put_one("long", b"k", &vec![7; 70_000]);
    let stream = export(&from);
    for drop in [1, 2, 3, 1000, 65_537] {
        let to = fixture.open();
        transfer::import(&to, || Ok(Dripping { rest: &stream, drop })).unwrap();
        assert_eq!(to.dump(), from.dump(), "{drop} at a time");
    }
}

pub(crate) fn leave_nothing_when_the_source_fails(fixture: &dyn Fixture) {
    /// A source that fails after a number of bytes.
    struct Failing<'a> {
        rest: &'a [u8],
    }

    impl Source for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            if self.rest.is_empty() {
                return Err(ErrorKind::ReadOnly.into());
            }
            let len = buffer.len().min(self.rest.len());
            buffer[..len].copy_from_slice(&self.rest[..len]);
            self.rest = &self.rest[len..];
            Ok(len)
        }
    }

    let (from, to) = (filled(fixture), fixture.open());
    to.put_one("kept", b"k", b"v");
    let before = to.dump();
    let stream = export(&from);
    for len in 0..=stream.len() {
        let done = transfer::import_replacing(&to, || Ok(Failing { rest: &stream[..len] }));
        assert_eq!(done.unwrap_err().code(), "ReadOnly", "after {len} bytes");
    }
    let done = transfer::import_replacing(&to, || -> Result<&[u8]> { Err(ErrorKind::ReadOnly.into()) });
    assert_eq!(done.unwrap_err().code(), "ReadOnly", "as it is opened");
    assert_eq!(to.dump(), before);
}

pub(crate) fn restart_the_stream_with_the_transaction(fixture: &dyn Fixture) {
    let (from, to) = (filled(fixture), fixture.open());
    let stream = export(&from);
    let mut opened = 0;
    let twice = RunsTwice(to.clone());
    transfer::import(&twice, || {
        opened += 1;
        Ok(stream.as_slice())
    })
    .unwrap();
    assert!(opened >= 2, "an engine may run the body even more often");
    assert_eq!(to.dump(), from.dump());
}

pub(crate) fn of_a_stream_that_comes_once_are_all_or_nothing(fixture: &dyn Fixture) {
    let (from, to) = (filled(fixture), fixture.open());
    let stream = export(&from);
    let mut only = Some(stream.as_slice());
    let done =
        transfer::import(&RunsTwice(to.clone()), || only.take().ok_or(Error::from(ErrorKind::ReadOnly)));
    assert_eq!(done.unwrap_err().code(), "ReadOnly");
    assert_eq!(to.dump(), []);
}

/// An engine that runs the body of every transaction twice, as after a conflict.
struct RunsTwice(Arc<dyn StorageBackend>);

impl StorageBackend for RunsTwice {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.0.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let first = self.0.transact(&mut |tx| {
            body(tx)?;
            Err(ErrorKind::Aborted.into())
        });
        match first {
            Err(error) if error.code() == "Aborted" => self.0.transact(body),
            other => other,
        }
    }
}

impl Read for RunsTwice {
    delegate_reads!(self => *self.0);
}
