//! Open, create and close: persistence, and errors with their paths.

use std::fs;
use std::path::Path;
use std::process::Command;

use keyloft::{Error, StorageBackend};
use keyloft_redb::RedbBackend;

use crate::helpers::{get, put};

/// The variable that tells a child process the path to open.
const OPEN_THIS: &str = "KEYLOFT_REDB_OPEN_THIS";

#[track_caller]
fn refused(outcome: Result<RedbBackend, Error>, code: &str, path: &Path) {
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
fn commits_persist_across_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
    put(&RedbBackend::open(&path).unwrap(), b"2", b"bread").unwrap();
    let backend = RedbBackend::create(&path).unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    assert_eq!(get(&backend, b"2").unwrap(), b"bread");
}

#[test]
fn open_requires_a_database_and_create_new_requires_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    refused(RedbBackend::open(&path), "DatabaseMissing", &path);
    assert!(!path.exists());
    put(&RedbBackend::create_new(&path).unwrap(), b"1", b"milk").unwrap();
    refused(RedbBackend::create_new(&path), "DatabaseExists", &path);
    assert_eq!(get(&RedbBackend::open(&path).unwrap(), b"1").unwrap(), b"milk");
}

#[test]
fn a_missing_folder_has_its_own_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none/a.redb");
    refused(RedbBackend::open(&path), "DatabaseMissing", &path);
    refused(RedbBackend::create(&path), "FolderMissing", &path);
    refused(RedbBackend::create_new(&path), "FolderMissing", &path);
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    refused(RedbBackend::create(file.join("a.redb")), "FolderMissing", &file.join("a.redb"));
}

#[test]
fn a_file_that_is_not_a_database_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    refused(RedbBackend::open(folder.path()), "NotADatabase", folder.path());
    refused(RedbBackend::create(folder.path()), "NotADatabase", folder.path());
    refused(RedbBackend::create_new(folder.path()), "NotADatabase", folder.path());

    let path = folder.path().join("a.redb");
    let noise: Vec<u8> = (0..10_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for content in ["x".as_bytes(), b"SQLite format 3\0", &noise, &[0; 4096]] {
        fs::write(&path, content).unwrap();
        refused(RedbBackend::open(&path), "NotADatabase", &path);
        refused(RedbBackend::create(&path), "NotADatabase", &path);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_file_of_another_format_names_the_program_that_opens_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    drop(RedbBackend::create(&path).unwrap());
    let whole = fs::read(&path).unwrap();
    // The format's version is at these offsets, once in each of redb's two commit slots.
    for (version, reason) in
        [(2, "too old for this program; open it once with redb 2.6"), (4, "a later version")]
    {
        let mut other = whole.clone();
        assert_eq!((other[64], other[192]), (3, 3));
        (other[64], other[192]) = (version, version);
        fs::write(&path, &other).unwrap();
        let error = RedbBackend::open(&path).unwrap_err();
        assert_eq!(error.code(), "NotADatabase");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    put(&RedbBackend::create(&path).unwrap(), b"1", &vec![7; 100_000]).unwrap();
    let whole = fs::read(&path).unwrap();
    for len in [1, 9, 100, 320, 4095, 4096, 50_000, whole.len() - 1] {
        fs::write(&path, &whole[..len]).unwrap();
        let error = RedbBackend::open(&path).unwrap_err();
        assert!(matches!(error.code(), "NotADatabase" | "Corrupted"), "{len}: {error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{len}: {error}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(get(&RedbBackend::open(&path).unwrap(), b"1").is_some());
}

#[test]
fn check_on_open_finds_damage_inside_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    put(&RedbBackend::create(&path).unwrap(), b"1", &vec![7; 100_000]).unwrap();
    let mut damaged = fs::read(&path).unwrap();
    let inside = damaged.windows(64).position(|bytes| bytes == [7; 64]).unwrap();
    damaged[inside + 1000] = 8;
    fs::write(&path, &damaged).unwrap();
    let error = RedbBackend::options().check_on_open(true).open(&path).unwrap_err();
    assert_eq!(error.code(), "Corrupted");
    assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
}

#[test]
fn a_file_opens_once_in_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    refused(RedbBackend::open(&path), "DatabaseLocked", &path);
    refused(RedbBackend::create(&path), "DatabaseLocked", &path);
    #[cfg(unix)]
    {
        let link = folder.path().join("link.redb");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        refused(RedbBackend::open(&link), "DatabaseLocked", &link);
    }
    let handle = backend.clone();
    drop(backend);
    refused(RedbBackend::open(&path), "DatabaseLocked", &path);
    drop(handle);
    RedbBackend::open(&path).unwrap();
}

#[test]
fn a_failed_opening_leaves_the_path_unlocked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    RedbBackend::open(&path).unwrap_err();
    fs::write(&path, "something else").unwrap();
    RedbBackend::open(&path).unwrap_err();
    fs::remove_file(&path).unwrap();
    RedbBackend::create(&path).unwrap();
}

#[test]
fn a_file_opens_in_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    let child = || Command::new(std::env::current_exe().unwrap());
    let printed = in_another_process(child(), "opening::open_for_the_parent", &path);
    assert!(printed.contains("DatabaseLocked"), "{printed}");
    assert!(printed.contains(&format!("`{}` is open elsewhere", path.display())), "{printed}");
    drop(backend);
    let printed = in_another_process(child(), "opening::open_for_the_parent", &path);
    assert!(printed.contains("opened"), "{printed}");
}

/// The child process of other tests. Alone it does nothing.
#[test]
fn open_for_the_parent() {
    let Some(path) = std::env::var_os(OPEN_THIS) else { return };
    match RedbBackend::create(path) {
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
    let path = folder.path().join("a.redb");
    let program = folder.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();

    let printed = if fs::write(&path, "").is_ok() {
        fs::remove_file(&path).unwrap();
        let mut other_user = Command::new("setpriv");
        other_user.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        in_another_process(other_user, "opening::open_for_the_parent", &path)
    } else {
        in_another_process(Command::new(&program), "opening::open_for_the_parent", &path)
    };
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(printed.contains("PermissionDenied"), "{printed}");
    assert!(
        printed.contains(&format!("`{}` can't be opened: Permission denied", path.display())),
        "{printed}"
    );
    assert!(!path.exists());
}

#[test]
fn close_closes_all_handles_and_unlocks_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let (handle, snapshot) = (backend.clone(), backend.snapshot().unwrap());
    backend.close().unwrap();
    backend.close().unwrap();

    let again = RedbBackend::open(&path).unwrap();
    assert_eq!(get(&again, b"1").unwrap(), b"milk");
    let error = put(&handle, b"2", b"bread").unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` is closed: open it again", path.display()));
    assert_eq!(handle.snapshot().err().unwrap().code(), "Closed");
    assert_eq!(handle.check_integrity().unwrap_err().code(), "Closed");
    drop(snapshot);
    put(&again, b"2", b"bread").unwrap();
}

#[test]
fn close_within_a_transaction_is_refused() {
    let backend = RedbBackend::in_memory().unwrap();
    let inner = backend.clone();
    let error = backend.transact(&mut |_| inner.close()).unwrap_err();
    assert_eq!(error.code(), "NestedTransaction");
    put(&backend, b"1", b"milk").unwrap();
}
