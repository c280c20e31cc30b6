//! Open, create and close: persistence, and errors with their paths.

use std::fs;
use std::path::Path;
use std::process::Command;

use keyloft::{Error, Partition, StorageBackend};
use keyloft_fjall::FjallBackend;

use crate::helpers::{get, put};

/// The variable that tells a child process the path to open.
const OPEN_THIS: &str = "KEYLOFT_FJALL_OPEN_THIS";

#[track_caller]
fn refused(outcome: Result<FjallBackend, Error>, code: &str, path: &Path) {
    let error = outcome.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(&format!("`{}`", path.display())), "{error}");
}

/// Runs a test of this binary in another process and returns its output.
fn in_another_process(mut runner: Command, test: &str, path: &Path) -> String {
    let output = runner.args(["--exact", test, "--nocapture"]).env(OPEN_THIS, path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn open_requires_a_database_and_create_new_requires_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    refused(FjallBackend::open(&path), "DatabaseMissing", &path);
    assert!(!path.exists());
    put(&FjallBackend::create_new(&path).unwrap(), b"1", b"milk").unwrap();
    refused(FjallBackend::create_new(&path), "DatabaseExists", &path);
    assert_eq!(get(&FjallBackend::open(&path).unwrap(), b"1").unwrap(), b"milk");
    assert_eq!(get(&FjallBackend::create(&path).unwrap(), b"1").unwrap(), b"milk");
}

#[test]
fn a_missing_folder_has_its_own_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none/a.fjall");
    refused(FjallBackend::open(&path), "DatabaseMissing", &path);
    refused(FjallBackend::create(&path), "FolderMissing", &path);
    refused(FjallBackend::create_new(&path), "FolderMissing", &path);
}

#[test]
fn a_folder_that_is_not_a_database_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let file = path.join("notes.txt");
    fs::create_dir(&path).unwrap();
    fs::write(&file, "milk").unwrap();
    for version in [None, Some("SQLite")] {
        if let Some(version) = version {
            fs::write(path.join("version"), version).unwrap();
        }
        refused(FjallBackend::open(&path), "NotADatabase", &path);
        refused(FjallBackend::create(&path), "NotADatabase", &path);
        refused(FjallBackend::create_new(&path), "DatabaseExists", &path);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 1 + usize::from(version.is_some()));
    }
    refused(FjallBackend::open(&file), "NotADatabase", &file);
    refused(FjallBackend::create(&file), "NotADatabase", &file);
    refused(FjallBackend::create_new(&file), "DatabaseExists", &file);
    assert_eq!(fs::read(&file).unwrap(), b"milk");
}

#[test]
fn a_database_of_another_program_or_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.fjall");
    let theirs = fjall::Database::builder(&path).open().unwrap();
    let items = theirs.keyspace("items", Default::default).unwrap();
    items.insert("a", "b").unwrap();
    drop((items, theirs));
    refused(FjallBackend::open(&path), "NotADatabase", &path);
    refused(FjallBackend::create(&path), "NotADatabase", &path);
    let theirs = fjall::Database::builder(&path).open().unwrap();
    assert!(theirs.keyspace_count() == 1 && theirs.keyspace_exists("items"));

    let path = folder.path().join("old.fjall");
    drop(FjallBackend::create(&path).unwrap());
    for (version, reason) in [(2, "fjall's format 2"), (9, "a later version of fjall")] {
        fs::write(path.join("version"), [b'F', b'J', b'L', version]).unwrap();
        let error = FjallBackend::open(&path).unwrap_err();
        assert_eq!(error.code(), "NotADatabase");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn an_interrupted_creation_counts_as_missing_and_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.fjall");
    drop(FjallBackend::create(&whole).unwrap());
    // The states of fjall's creation, in their order.
    for step in 0..6 {
        let path = folder.path().join(format!("{step}.fjall"));
        fs::create_dir(&path).unwrap();
        if step > 0 {
            fs::write(path.join("lock"), "").unwrap();
        }
        if step > 1 {
            fs::create_dir(path.join("keyspaces")).unwrap();
        }
        if step > 2 {
            fs::write(path.join("0.jnl"), [0; 4096]).unwrap();
        }
        if step > 3 {
            fs::write(path.join("version"), &b"FJL\x03"[..if step == 4 { 2 } else { 4 }]).unwrap();
        }
        refused(FjallBackend::open(&path), "DatabaseMissing", &path);
        put(&FjallBackend::create_new(&path).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&FjallBackend::open(&path).unwrap(), b"1").unwrap(), b"milk", "step {step}");
    }
    // A database that has lost its version is not overwritten.
    fs::remove_file(whole.join("version")).unwrap();
    refused(FjallBackend::create(&whole), "NotADatabase", &whole);
}

#[test]
fn a_database_opens_once_in_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::create(&path).unwrap();
    refused(FjallBackend::open(&path), "DatabaseLocked", &path);
    refused(FjallBackend::create(&path), "DatabaseLocked", &path);
    let handle = backend.clone();
    drop(backend);
    refused(FjallBackend::open(&path), "DatabaseLocked", &path);
    drop(handle);
    FjallBackend::open(&path).unwrap();
}

#[test]
fn a_database_opens_in_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::create(&path).unwrap();
    let child = || Command::new(std::env::current_exe().unwrap());
    let printed = in_another_process(child(), "opening::open_for_the_parent", &path);
    assert!(printed.contains("DatabaseLocked"), "{printed}");
    assert!(printed.contains(&format!("`{}` is open elsewhere", path.display())), "{printed}");
    put(&backend, b"1", b"milk").unwrap();
    drop(backend);
    let printed = in_another_process(child(), "opening::open_for_the_parent", &path);
    assert!(printed.contains("opened"), "{printed}");
    assert_eq!(get(&FjallBackend::open(&path).unwrap(), b"1").unwrap(), b"milk");
}

/// The child process of other tests. Alone it does nothing.
#[test]
fn open_for_the_parent() {
    let Some(path) = std::env::var_os(OPEN_THIS) else { return };
    match FjallBackend::create(path) {
        Ok(_) => println!("opened"),
        Err(error) => println!("{}: {error}", error.code()),
    }
}

/// Runs as another user, because root has every permission.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_write_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (path, missing) = (folder.path().join("a.fjall"), folder.path().join("b.fjall"));
    drop(FjallBackend::create(&path).unwrap());
    let program = folder.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for folder in [folder.path(), &path] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    }
    for path in [&path, &missing] {
        let mut other_user = Command::new("setpriv");
        other_user.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        let is_root = fs::write(folder.path().join("probe"), "").is_ok();
        let child = if is_root { other_user } else { Command::new(&program) };
        let printed = in_another_process(child, "opening::open_for_the_parent", path);
        assert!(printed.contains("PermissionDenied"), "{printed}");
        let expected = format!("`{}` can't be opened: Permission denied", path.display());
        assert!(printed.contains(&expected), "{printed}");
    }
    for folder in [folder.path(), &path] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    assert!(!missing.exists());
}

#[test]
fn close_closes_all_handles_and_unlocks_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    let backend = FjallBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let (handle, snapshot) = (backend.clone(), backend.snapshot().unwrap());
    let inner = backend.clone();
    assert_eq!(backend.transact(&mut |_| inner.close()).unwrap_err().code(), "NestedTransaction");
    backend.close().unwrap();
    backend.close().unwrap();

    let again = FjallBackend::open(&path).unwrap();
    assert_eq!(get(&again, b"1").unwrap(), b"milk");
    let error = put(&handle, b"2", b"bread").unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` is closed: open it again", path.display()));
    assert_eq!(handle.snapshot().err().unwrap().code(), "Closed");
    assert_eq!(handle.compact().unwrap_err().code(), "Closed");
    assert_eq!(handle.reopen().unwrap_err().code(), "Closed");
    let notes = Partition::from("notes");
    assert_eq!(snapshot.contains(&notes, b"1").unwrap_err().code(), "Closed");
    assert_eq!(snapshot.partitions().unwrap_err().code(), "Closed");
    put(&again, b"2", b"bread").unwrap();
}
