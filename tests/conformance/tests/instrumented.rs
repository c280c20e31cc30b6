//! The suite on the layer that measures, and its numbers.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use keyloft::backend::{KeyRange, Write};
use keyloft::layers::{Instrumented, Metrics};
use keyloft::prelude::*;
use keyloft::{Partition, Read};
use keyloft_conformance::suite;
use keyloft_memory::MemoryBackend;

suite!(instrumented, || Instrumented::new(MemoryBackend::new(), || Duration::ZERO));

/// A layer whose clock goes on by a millisecond with each look at it.
fn ticking() -> Instrumented<MemoryBackend> {
    let ticks = AtomicU64::new(0);
    Instrumented::new(MemoryBackend::new(), move || {
        Duration::from_millis(ticks.fetch_add(1, Ordering::Relaxed))
    })
}

fn numbers(metrics: &Metrics) -> [u64; 5] {
    [metrics.commits, metrics.failures, metrics.reruns, metrics.written, metrics.written_bytes]
}

#[test]
fn writes_are_counted_when_they_are_committed() {
    let backend = ticking();
    let a = Partition::from("a");
    backend
        .transaction(|tx| {
            tx.put(&a, b"k1", b"value")?;
            tx.put(&a, b"k2", b"")?;
            tx.write_batch(&[
                Write { partition: &a, key: b"k3", value: Some(b"v") },
                Write { partition: &a, key: b"k1", value: None },
            ])
        })
        .unwrap();
    assert_eq!(numbers(&backend.metrics()), [1, 0, 0, 4, 7 + 2 + 3]);
    backend
        .transaction(|tx| {
            tx.delete(&a, b"absent")?;
            tx.delete_many(&a, &[b"k2", b"absent"])?;
            tx.delete_range(&a, KeyRange::ALL)
        })
        .unwrap();
    assert_eq!(numbers(&backend.metrics()), [2, 0, 0, 6, 12]);
    let failed = backend.transaction(|tx| {
        tx.put(&a, b"k", b"v")?;
        Err::<(), _>(ErrorKind::ReadOnly.into())
    });
    assert!(failed.is_err());
    assert_eq!(numbers(&backend.metrics()), [2, 1, 0, 6, 12]);
}

#[test]
fn the_phases_of_a_transaction_are_timed() {
    let backend = ticking();
    backend.transaction(|_| Ok(())).unwrap();
    let metrics = backend.metrics();
    let tick = Duration::from_millis(1);
    assert_eq!((metrics.wait, metrics.body, metrics.commit), (tick, tick, tick));

    // The inner one is refused before its body runs, so that its only phase is the wait.
    let backend = ticking();
    backend.transaction(|_| backend.transaction(|_| Ok(()))).unwrap_err();
    let metrics = backend.metrics();
    assert_eq!((metrics.wait, metrics.body, metrics.commit), (2 * tick, 3 * tick, tick));
}

#[test]
fn waiting_threads_are_counted() {
    let backend = Arc::new(ticking());
    let (begun, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            backend.transaction(|_| {
                begun.wait();
                end.wait();
                Ok(())
            })
        });
        begun.wait();
        let second = scope.spawn(|| backend.transaction(|_| Ok(())));
        while backend.metrics().waiting == 0 {
            thread::yield_now();
        }
        assert_eq!(backend.metrics().waiting, 1);
        end.wait();
        second.join().unwrap().unwrap();
    });
    assert_eq!((backend.metrics().waiting, backend.metrics().commits), (0, 2));
    // One that is refused has waited for nothing.
    let nested = backend.transaction(|_| backend.transaction(|_| Ok(())));
    assert_eq!(nested.unwrap_err().code(), "NestedTransaction");
    assert_eq!((backend.metrics().waiting, backend.metrics().failures), (0, 2));
}

#[test]
fn reads_are_counted_on_snapshots_too() {
    let backend = ticking();
    let a = Partition::from("a");
    backend.transaction(|tx| (0..5_u8).try_for_each(|key| tx.put(&a, &[key], b""))).unwrap();
    let reads = |reader: &dyn Read| {
        reader.get(&a, &[1], &mut |_| ()).unwrap();
        reader.contains(&a, &[1]).unwrap();
        reader.get_many(&a, &[&[1], &[9]], &mut |_, _| ()).unwrap();
        reader.count(&a, KeyRange::ALL).unwrap();
        let mut left = 3;
        reader
            .scan(&a, KeyRange::ALL, keyloft::backend::Direction::Forward, &mut |_, _| {
                left -= 1;
                if left > 0 { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) }
            })
            .unwrap();
    };
    reads(&backend);
    let snapshot = backend.snapshot().unwrap();
    reads(&*snapshot);
    backend
        .transaction(|tx| {
            reads(&*tx);
            Ok(())
        })
        .unwrap();
    let metrics = backend.metrics();
    assert_eq!((metrics.lookups, metrics.scans, metrics.scanned), (3 * 4, 3 * 2, 3 * 3));
}

#[test]
fn held_snapshots_have_an_age() {
    let backend = ticking();
    assert_eq!((backend.metrics().snapshots, backend.metrics().oldest_snapshot), (0, None));
    let first = backend.snapshot().unwrap();
    let second = backend.snapshot().unwrap();
    let again = Arc::clone(&second);
    let metrics = backend.metrics();
    assert_eq!(metrics.snapshots, 2);
    let age = metrics.oldest_snapshot.unwrap();
    drop(first);
    let younger = backend.metrics();
    assert_eq!(younger.snapshots, 1);
    assert_eq!(younger.oldest_snapshot, Some(age), "the clock has gone on by one look, as between both");
    drop(second);
    assert_eq!(backend.metrics().snapshots, 1);
    drop(again);
    assert_eq!(backend.metrics().oldest_snapshot, None);
}
