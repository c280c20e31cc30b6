//! A forked process: it can't use the database of its parent, and leaves the parent's lock alone.

use std::path::Path;
use std::process::Command;

use keyloft::StorageBackend;
use keyloft_redb::{RedbBackend, Sharing};

use crate::helpers::{get, put};

/// The variable that tells a child process the path of the database to open before it forks.
const FORK_HERE: &str = "KEYLOFT_REDB_FORK_HERE";
/// The variable that makes it share the database.
const SHARED: &str = "KEYLOFT_REDB_FORK_SHARED";
/// The variable that tells a child process the path to open.
const OPEN_THIS: &str = "KEYLOFT_REDB_OPEN_THIS";

fn run(test: &str, variable: &str, path: &Path, sharing: Sharing) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    if sharing == Sharing::MultiWriter {
        command.env(SHARED, "");
    }
    let output = command.args(["--exact", test, "--nocapture"]).env(variable, path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_forked_process_can_not_use_the_database_and_does_not_unlock_it() {
    for sharing in [Sharing::Exclusive, Sharing::MultiWriter] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.redb");
        drop(RedbBackend::create(&path).unwrap());
        run("fork::open_and_fork", FORK_HERE, &path, sharing);
        assert_eq!(get(&RedbBackend::open(&path).unwrap(), b"2").unwrap(), b"bread");
    }
}

/// The child process of the test above, because a process with other threads should not be forked. Alone it does nothing.
#[test]
fn open_and_fork() {
    let Some(path) = std::env::var_os(FORK_HERE) else { return };
    let is_shared = std::env::var_os(SHARED).is_some();
    let sharing = if is_shared { Sharing::MultiWriter } else { Sharing::Exclusive };
    let backend = RedbBackend::options().sharing(sharing).open(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    for is_closed_by_drop in [true, false] {
        // SAFETY: the forked process uses no lock of other threads, and ends without unwinding.
        #[allow(unsafe_code)]
        let forked = unsafe { libc::fork() };
        if forked == 0 {
            let refused = [
                put(&backend, b"3", b"tea").err(),
                backend.snapshot().err(),
                backend.flush().err(),
                backend.reopen().err(),
                backend.stats().err(),
            ];
            let is_refused =
                refused.iter().all(|error| error.as_ref().is_some_and(|error| error.code() == "Forked"));
            if is_closed_by_drop {
                drop(backend);
            } else {
                let _closed = backend.close();
            }
            // SAFETY: as above.
            #[allow(unsafe_code)]
            unsafe {
                libc::_exit(i32::from(!is_refused))
            }
        }
        let mut status = 0;
        // SAFETY: the process is this one's child, and `status` outlives the call.
        #[allow(unsafe_code)]
        let waited = unsafe { libc::waitpid(forked, &raw mut status, 0) };
        assert_eq!((waited, status), (forked, 0));
        let printed = run("opening::open_for_the_parent", OPEN_THIS, Path::new(&path), Sharing::Exclusive);
        assert!(printed.contains("DatabaseLocked"), "{printed}");
    }
    put(&backend, b"2", b"bread").unwrap();
}
