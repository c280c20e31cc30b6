//! A full disk, by the system's limit on the size of files.

use std::path::Path;
use std::process::Command;

use keyloft_fjall::FjallBackend;

use crate::helpers::{get, put};

/// The variable that tells a child process the path of the database to fill.
const FILL_THIS: &str = "KEYLOFT_FJALL_FILL_THIS";

#[test]
fn a_full_disk_refuses_the_commit_and_reopening_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child
        .args(["--exact", "limits::fill_for_the_parent", "--nocapture"])
        .env(FILL_THIS, &path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let backend = FjallBackend::open(&path).unwrap();
    assert_eq!((get(&backend, b"1").unwrap(), get(&backend, b"2")), (b"milk".to_vec(), None));
    assert_eq!(get(&backend, b"3").unwrap(), b"tea");
}

/// The child process of the test above, because the limit is that of a process. Alone it does nothing.
#[test]
fn fill_for_the_parent() {
    let Some(path) = std::env::var_os(FILL_THIS) else { return };
    let backend = FjallBackend::create(Path::new(&path)).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    limit(1 << 20);
    let large = vec![7; 4 << 20];
    let error = put(&backend, b"2", &large).unwrap_err();
    assert_eq!(error.code(), "StorageFull", "{error}");
    assert_eq!((get(&backend, b"1").unwrap(), get(&backend, b"2")), (b"milk".to_vec(), None));
    assert_eq!(put(&backend, b"3", b"tea").unwrap_err().code(), "StorageFull", "the handle refuses writes");
    limit(libc::RLIM_INFINITY);
    assert!(backend.reopen().unwrap());
    assert_eq!(get(&backend, b"2"), None);
    put(&backend, b"3", b"tea").unwrap();
    assert_eq!(
        (get(&backend, b"1").unwrap(), get(&backend, b"3").unwrap()),
        (b"milk".to_vec(), b"tea".to_vec())
    );
}

/// Limits the size of the files that this process writes.
fn limit(bytes: libc::rlim_t) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the signal is only ignored, and `limit` outlives the call.
    #[allow(unsafe_code)]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit), 0);
    }
}
