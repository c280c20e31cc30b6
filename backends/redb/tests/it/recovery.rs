//! The recovery of a file that was not closed.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use keyloft::prelude::*;
use keyloft_redb::{Options, RedbBackend};

/// Makes a database with these options, and returns a copy of its file as a crash would leave it.
fn crashed(folder: &Path, options: &Options) -> PathBuf {
    let path = folder.join("open.redb");
    let backend = Arc::new(options.create(&path).unwrap());
    let table = Table::<u32, String>::new(backend, "numbers");
    table.load((0..20_000).map(|id| (id, "x".repeat(100)))).unwrap();
    table.put(&1, &"last".into()).unwrap();
    let copy = folder.join("crashed.redb");
    fs::copy(&path, &copy).unwrap();
    copy
}

fn last_of(path: &Path, options: &Options) -> Result<Option<String>> {
    Table::<u32, String>::new(Arc::new(options.open(path)?), "numbers").get(&1)
}

#[test]
fn its_progress_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = crashed(folder.path(), &RedbBackend::options());
    let reports = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&reports);
    let options = RedbBackend::options().on_recovery(move |progress| {
        noted.lock().unwrap().push(progress);
        ControlFlow::Continue(())
    });
    assert_eq!(last_of(&path, &options).unwrap().as_deref(), Some("last"));
    let seen = std::mem::take(&mut *reports.lock().unwrap());
    assert!(!seen.is_empty());
    assert!(seen.iter().all(|progress| (0.0..1.0).contains(progress)), "{seen:?}");
    assert!(seen.is_sorted(), "{seen:?}");

    // It was closed, so nothing is to be recovered.
    assert_eq!(last_of(&path, &options).unwrap().as_deref(), Some("last"));
    assert_eq!(*reports.lock().unwrap(), []);
    // A check reads the whole file, too.
    assert_eq!(last_of(&path, &options.check_on_open(true)).unwrap().as_deref(), Some("last"));
    assert!(!reports.lock().unwrap().is_empty());
}

#[test]
fn a_cancelled_one_leaves_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = crashed(folder.path(), &RedbBackend::options());
    let before = fs::read(&path).unwrap();
    let cancelled = RedbBackend::options().on_recovery(|_| ControlFlow::Break(())).open(&path);
    assert_eq!(cancelled.unwrap_err().code(), "Cancelled");
    assert_eq!(fs::read(&path).unwrap().len(), before.len());
    assert_eq!(last_of(&path, &RedbBackend::options()).unwrap().as_deref(), Some("last"));
}

#[test]
fn a_quick_one_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = crashed(folder.path(), &RedbBackend::options().quick_recovery(true));
    let never = RedbBackend::options().on_recovery(|_| ControlFlow::Break(()));
    assert_eq!(last_of(&path, &never).unwrap().as_deref(), Some("last"));
    let backend = RedbBackend::open(&path).unwrap();
    assert!(backend.check_integrity().unwrap());
}
