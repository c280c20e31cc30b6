//! [`Flawed`]: a fixture of in-memory backends with a mutation.

use std::collections::BTreeSet;
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, TransactionBody, Visit};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads};
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_memory::MemoryBackend;

use crate::broken::{Broken, Signs, Stamp};
use crate::mutation::Mutation;

/// A fixture with a mutation, or without one.
pub(crate) struct Flawed(pub(crate) Option<Mutation>);

impl Fixture for Flawed {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(Backend::new(self.0, MemoryBackend::new()))
    }

    fn place(&self) -> Option<Place> {
        let how = self.0;
        let last: Mutex<Option<Arc<Backend>>> = Mutex::default();
        Some(Box::new(move || {
            let mut last = last.lock().unwrap();
            let again = MemoryBackend::new();
            if let Some(closed) = &*last {
                let forgets = how == Some(Mutation::ForgetsTheLastCommit);
                let kept = closed.before().filter(|_| forgets);
                copy(&kept.unwrap_or_else(|| closed.inner.snapshot().unwrap()), &again);
            }
            let again = Arc::new(Backend::new(how, again));
            *last = Some(Arc::clone(&again));
            again
        }))
    }

    fn faulty(&self) -> Option<Faulty> {
        let backend = Backend::new(self.0, MemoryBackend::new());
        let fails = Arc::clone(&backend.fails);
        let fail = move |now| fails.store(now, Ordering::SeqCst);
        Some(Faulty { backend: Arc::new(backend), fail: Box::new(fail) })
    }
}

struct Backend {
    inner: MemoryBackend,
    how: Option<Mutation>,
    /// The state before the last transaction.
    before: Mutex<Option<Arc<dyn Snapshot>>>,
    fails: Arc<AtomicBool>,
    signs: Arc<Signs>,
    /// The stamp that a mutation never renews.
    stamp: CatalogStamp,
}

impl Backend {
    fn new(how: Option<Mutation>, inner: MemoryBackend) -> Self {
        let (before, fails, signs) = Default::default();
        Self { inner, how, before, fails, signs, stamp: CatalogStamp::unique() }
    }

    fn is(&self, mutation: Mutation) -> bool {
        self.how == Some(mutation)
    }

    fn before(&self) -> Option<Arc<dyn Snapshot>> {
        self.before.lock().unwrap().clone()
    }

    fn broken<R>(&self, inner: R) -> Broken<R> {
        let signs = Arc::clone(&self.signs);
        Broken { inner, how: self.how, instead: None, signs, stamp: self.newest_stamp() }
    }

    /// Returns the stamp of the backend itself.
    fn newest_stamp(&self) -> Stamp {
        let (inner, first) = (self.inner.clone(), self.stamp);
        match self.how {
            Some(Mutation::StampsStay) => Box::new(move || Some(first)),
            Some(Mutation::SnapshotsHaveTheNewestStamp | Mutation::TransactionsKeepTheirStamp) => {
                Box::new(move || inner.catalog_stamp())
            }
            _ => Box::new(|| None),
        }
    }

    fn snapshot_stamp(&self, inner: &dyn Snapshot) -> Stamp {
        let own = inner.catalog_stamp();
        if self.is(Mutation::TransactionsKeepTheirStamp) {
            Box::new(move || own)
        } else {
            self.newest_stamp()
        }
    }

    /// Returns the stamp of a transaction that begins.
    fn transaction_stamp(&self) -> Stamp {
        let before = self.newest_stamp()();
        match self.how {
            Some(Mutation::StampsStay | Mutation::TransactionsKeepTheirStamp) => Box::new(move || before),
            _ => Box::new(|| None),
        }
    }

    /// Returns an error if the engine fails by now.
    fn check(&self) -> Result<()> {
        if self.fails.load(Ordering::SeqCst) { Err(failure()) } else { Ok(()) }
    }

    /// Returns the reader of the backend itself.
    fn reads(&self) -> Result<Broken<&MemoryBackend>> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(failure());
        }
        let instead = self.before().filter(|_| self.is(Mutation::ReadsAreBehind));
        Ok(Broken { instead, ..self.broken(&self.inner) })
    }

    /// Scans forward in pages, each from the newest state.
    fn scan_pages(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if direction == Direction::Backward {
            return self.inner.scan(partition, range, direction, visit);
        }
        let mut last: Option<Vec<u8>> = None;
        loop {
            let mut page = Vec::new();
            let lower = last.as_deref().map_or(range.lower, Bound::Excluded);
            self.inner.scan(partition, KeyRange { lower, ..range }, direction, &mut |key, value| {
                page.push((key.to_vec(), value.to_vec()));
                if page.len() < 1_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            for (key, value) in &page {
                if visit(key, value).is_break() {
                    return Ok(());
                }
            }
            match page.pop() {
                Some((key, _)) => last = Some(key),
                None => return Ok(()),
            }
        }
    }

    fn run(&self, tx: &mut dyn Transaction, body: &mut TransactionBody<'_>) -> Result<()> {
        let missed = [Mutation::TransactionsReadTheCommitted, Mutation::ScansMissOwnWrites];
        let instead = if missed.map(Some).contains(&self.how) { Some(self.inner.snapshot()?) } else { None };
        let done = body(&mut Broken { instead, stamp: self.transaction_stamp(), ..self.broken(tx) });
        self.signs.leaked.lock().unwrap().clear();
        done
    }
}

impl Read for Backend {
    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if self.is(Mutation::ScansPagesOfTheNewest) {
            return self.scan_pages(partition, range, direction, visit);
        }
        if !self.fails.load(Ordering::SeqCst) {
            let mut has_failed = false;
            self.reads()?.scan(partition, range, direction, &mut |key, value| {
                has_failed = self.fails.load(Ordering::SeqCst);
                if has_failed { ControlFlow::Break(()) } else { visit(key, value) }
            })?;
            let is_lost = self.is(Mutation::SwallowsLaterScanErrors);
            return if has_failed && !is_lost { Err(failure()) } else { Ok(()) };
        }
        let mut left = 10;
        self.inner.scan(partition, range, direction, &mut |key, value| {
            left -= 1;
            if left > 0 { visit(key, value) } else { ControlFlow::Break(()) }
        })?;
        if self.is(Mutation::SwallowsScanErrors) { Ok(()) } else { Err(failure()) }
    }

    delegate_reads!(self => self.reads()?; get, partitions, get_many, get_batch, contains, count);

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.newest_stamp()()
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.inner.backend_id()
    }
}

impl StorageBackend for Backend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        let inner: Arc<dyn Snapshot> = if self.is(Mutation::SnapshotsAreLive) {
            Arc::new(Live(self.inner.clone()))
        } else {
            self.inner.snapshot()?
        };
        let stamp = self.snapshot_stamp(&*inner);
        Ok(Arc::new(Broken { stamp, ..self.broken(inner) }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let before = self.inner.snapshot()?;
        let fails = self.fails.load(Ordering::SeqCst);
        let done = match self.how {
            Some(Mutation::AppliesFailedCommits) if fails => {
                self.inner.transact(&mut |tx| self.run(tx, body)).and(Err(failure()))
            }
            _ if fails => {
                let done = self.inner.transact(&mut |tx| self.run(tx, body).and(Err(failure())));
                if self.is(Mutation::SwallowsCommitErrors) { Ok(()) } else { done }
            }
            Some(Mutation::CommitsOnError) => {
                let mut failed = Ok(());
                self.inner.transact(&mut |tx| {
                    failed = self.run(tx, body);
                    Ok(())
                })?;
                failed
            }
            Some(Mutation::CommitsOnPanic) => {
                let mut panicked = None;
                let done = self.inner.transact(&mut |tx| {
                    catch_unwind(AssertUnwindSafe(|| self.run(tx, body))).unwrap_or_else(|panic| {
                        panicked = Some(panic);
                        Ok(())
                    })
                });
                panicked.map_or(done, |panic| resume_unwind(panic))
            }
            Some(Mutation::SwallowsTheBodysError) => {
                self.inner.transact(&mut |tx| self.run(tx, body)).or(Ok(()))
            }
            Some(Mutation::AllowsNesting) => match self.inner.transact(&mut |tx| self.run(tx, body)) {
                Err(error) if error.code() == "NestedTransaction" => {
                    MemoryBackend::new().transact(&mut |tx| self.run(tx, body))
                }
                done => done,
            },
            Some(Mutation::LosesUpdates) => {
                let scratch = MemoryBackend::new();
                copy(&before, &scratch);
                scratch.transact(&mut |tx| self.run(tx, body))?;
                thread::sleep(Duration::from_millis(1));
                copy(&scratch, &self.inner);
                Ok(())
            }
            Some(
                Mutation::SkewsWrites
                | Mutation::AllowsPhantoms
                | Mutation::AllowsReadOnlyAnomalies
                | Mutation::LosesScannedUpdates,
            ) => loop {
                let state = self.inner.snapshot()?;
                let scratch = MemoryBackend::new();
                copy(&state, &scratch);
                scratch.transact(&mut |tx| self.run(tx, body))?;
                thread::sleep(Duration::from_millis(1));
                let changes = changes(&state, &scratch);
                let is_unchanged =
                    |tx: &dyn Read| changes.iter().all(|change| change.old == value(tx, change));
                let committed = self.inner.transact(&mut |tx| {
                    if is_unchanged(tx) { apply(&changes, tx) } else { Err(ErrorKind::Aborted.into()) }
                });
                if committed.is_ok() {
                    break committed;
                }
            },
            Some(Mutation::CommitsPieceByPiece) => {
                let scratch = MemoryBackend::new();
                copy(&before, &scratch);
                scratch.transact(&mut |tx| self.run(tx, body))?;
                for change in changes(&before, &scratch).chunks(1) {
                    self.inner.transact(&mut |tx| apply(change, tx))?;
                    thread::sleep(Duration::from_millis(1));
                }
                Ok(())
            }
            Some(Mutation::KeepsWritesBeforeAFailure) => {
                let mut failed = Ok(());
                self.inner.transact(&mut |tx| {
                    failed = self.run(tx, body).and_then(|()| self.check());
                    Ok(())
                })?;
                failed
            }
            _ => self.inner.transact(&mut |tx| self.run(tx, body).and_then(|()| self.check())),
        };
        if done.is_ok() {
            *self.before.lock().unwrap() = Some(before);
        }
        done
    }
}

fn failure() -> Error {
    Error::from(ErrorKind::Corrupted {
        place: keyloft::error::Place::at_path("the mutant"),
        detail: "the engine fails on purpose".to_owned(),
    })
}

/// A key whose value differs between two states.
struct Change {
    partition: Partition,
    key: Vec<u8>,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

/// Returns the keys whose values differ.
fn changes(from: &dyn Read, to: &dyn Read) -> Vec<Change> {
    let mut keys = BTreeSet::new();
    for state in [from, to] {
        for partition in state.partitions().unwrap() {
            let visit = &mut |key: &[u8], _: &[u8]| {
                keys.insert((partition.clone(), key.to_vec()));
                ControlFlow::Continue(())
            };
            state.scan(&partition, KeyRange::ALL, Direction::Forward, visit).unwrap();
        }
    }
    let change = |(partition, key)| {
        let mut change = Change { partition, key, old: None, new: None };
        (change.old, change.new) = (value(from, &change), value(to, &change));
        change
    };
    keys.into_iter().map(change).filter(|change| change.old != change.new).collect()
}

fn value(state: &dyn Read, Change { partition, key, .. }: &Change) -> Option<Vec<u8>> {
    let mut found = None;
    state.get(partition, key, &mut |value| found = Some(value.to_vec())).unwrap();
    found
}

fn apply(changes: &[Change], tx: &mut dyn Transaction) -> Result<()> {
    for Change { partition, key, new, .. } in changes {
        match new {
            Some(new) => tx.put(partition, key, new)?,
            None => drop(tx.delete(partition, key)?),
        }
    }
    Ok(())
}

/// Replaces all data of `to` by the data of `from`.
fn copy(from: &dyn Read, to: &MemoryBackend) {
    let done = to.transact(&mut |tx| {
        for partition in tx.partitions()? {
            tx.delete_range(&partition, KeyRange::ALL)?;
        }
        for partition in from.partitions()? {
            let mut done = Ok(());
            from.scan(&partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
                done = tx.put(&partition, key, value);
                ControlFlow::Continue(())
            })?;
            done?;
        }
        Ok(())
    });
    done.unwrap();
}

/// A backend in place of a snapshot.
struct Live(MemoryBackend);

impl Read for Live {
    delegate_reads!(self => self.0);
}

impl Snapshot for Live {}
