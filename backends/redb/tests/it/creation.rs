//! Interrupted creations. Their files count as missing, and no other file does.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::ops::Bound;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use keyloft_redb::{RedbBackend, Storage};
use redb::backends::FileBackend;

use crate::helpers::{get, put};
use crate::test_disk::{Operation, TestDisk};

/// The variable that tells a child process the folder to create databases in until it is killed.
const CREATE_HERE: &str = "KEYLOFT_REDB_CREATE_HERE";
const KILLS: u64 = 20;
/// The magic number at the beginning, which redb writes last.
const MAGIC: &[u8] = b"redb\x1A\x0A\xA9\x0D\x0A";

/// A storage in memory that keeps an image of itself after every operation, and after every part of a write.
struct Recorder {
    disk: TestDisk,
    images: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Recorder {
    fn holding(image: &[u8]) -> Self {
        let images = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let kept = images.clone();
        let disk = TestDisk::new(move |bytes, operation, work| {
            if matches!(operation, Operation::Read | Operation::Close) {
                return work();
            }
            let keep_image = || {
                let mut image = vec![0; usize::try_from(bytes.len().unwrap()).unwrap()];
                bytes.read(0, &mut image).unwrap();
                kept.lock().unwrap().push(image);
            };
            // A disk writes its first sector whole, so the magic number is never partial. Other writes can be.
            if let Operation::Write(offset, data) = operation
                && !data.starts_with(MAGIC)
            {
                for part in [1, 10, 13, 80, 200] {
                    bytes.write(offset, data.get(..part).unwrap_or(data))?;
                    keep_image();
                }
            }
            work()?;
            keep_image();
            Ok(())
        });
        disk.set_len(image.len() as u64).unwrap();
        images.lock().unwrap().clear();
        if !image.is_empty() {
            disk.write(0, image).unwrap();
        }
        images.lock().unwrap().clear();
        disk.sync_data().unwrap();
        Self { disk, images }
    }
}

/// Returns the images of a storage while a database is created and opened in it.
fn images() -> Vec<Vec<u8>> {
    let recorder = Recorder::holding(&[]);
    let _open = RedbBackend::with_storage(recorder.disk.clone()).unwrap();
    let mut images = recorder.images.lock().unwrap().clone();
    images.dedup();
    images
}

/// Returns the last image before the magic number.
fn last_interrupted() -> Vec<u8> {
    images().into_iter().rfind(|image| !image.starts_with(MAGIC)).unwrap()
}

/// Returns whether the file holds a database. Checks that any other file counts as missing and can be created.
fn is_database(path: &Path) -> bool {
    let before = fs::read(path).unwrap();
    let exists = match RedbBackend::open(path) {
        Ok(backend) => {
            assert!(backend.check_integrity().unwrap());
            true
        }
        Err(error) => {
            assert_eq!(error.code(), "DatabaseMissing", "{error}");
            assert_eq!(fs::read(path).unwrap(), before);
            false
        }
    };
    match RedbBackend::create_new(path) {
        Ok(backend) => {
            assert!(!exists);
            put(&backend, b"1", b"milk").unwrap();
        }
        Err(error) => {
            assert!(exists, "{error}");
            assert_eq!(error.code(), "DatabaseExists");
            put(&RedbBackend::create(path).unwrap(), b"1", b"milk").unwrap();
        }
    }
    assert_eq!(get(&RedbBackend::open(path).unwrap(), b"1").unwrap(), b"milk");
    exists
}

#[test]
fn a_creation_can_be_interrupted_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let mut databases = Vec::new();
    for image in images() {
        fs::write(&path, &image).unwrap();
        databases.push(is_database(&path));
        assert_eq!(databases.last(), Some(&image.starts_with(MAGIC)));

        fs::write(&path, &image).unwrap();
        put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::open(&path).unwrap(), b"1").unwrap(), b"milk");

        let storage = Recorder::holding(&image);
        put(&RedbBackend::with_storage(storage.disk.clone()).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::with_storage(storage.disk).unwrap(), b"1").unwrap(), b"milk");
    }
    // First the empty file, the length, and the header in parts. Then the magic number, and the writes of the opening.
    assert!(databases.is_sorted());
    let interrupted = databases.iter().filter(|database| !**database).count();
    assert!(interrupted > 3 && databases.len() - interrupted > 1, "{databases:?}");
}

#[test]
fn a_creation_whose_length_was_lost_can_be_interrupted_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let interrupted = last_interrupted();
    for len in [320, 4096, 8192, interrupted.len() - 1] {
        fs::write(&path, &interrupted[..len]).unwrap();
        assert!(!is_database(&path), "{len}");
    }
    // Too short for a header.
    for len in [1, 12, 319] {
        fs::write(&path, &interrupted[..len]).unwrap();
        assert_eq!(RedbBackend::create(&path).unwrap_err().code(), "NotADatabase", "{len}");
    }
}

#[test]
fn a_second_creation_can_be_interrupted_too() {
    let recorder = Recorder::holding(&last_interrupted());
    let _open = RedbBackend::with_storage(recorder.disk.clone()).unwrap();
    let images = recorder.images.lock().unwrap().clone();
    for image in images {
        let storage = Recorder::holding(&image);
        put(&RedbBackend::with_storage(storage.disk.clone()).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::with_storage(storage.disk).unwrap(), b"1").unwrap(), b"milk");
    }
}

#[test]
fn a_file_that_only_resembles_an_interrupted_creation_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let interrupted = last_interrupted();
    let zeros = vec![0; interrupted.len()];
    let mut others = vec![vec![0], vec![0; 9], vec![0; 320], vec![0; 4096], vec![0; 1 << 20]];
    for whole in [&interrupted, &zeros] {
        others.push(whole[1..].to_vec());
        others.push([whole.as_slice(), &[0]].concat());
        others.push([whole.as_slice(), &[0; 4096]].concat());
        for index in [0, 8, 9, 12, 64, 191, 192, 319, 320, 4095, 4096, whole.len() - 1] {
            let mut other = whole.clone();
            other[index] ^= 0x40;
            others.push(other);
        }
    }
    // A database of the same length whose magic number was wiped.
    put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
    let mut damaged = fs::read(&path).unwrap();
    damaged[..MAGIC.len()].fill(0);
    damaged.resize(interrupted.len(), 0);
    others.push(damaged);

    for other in others {
        fs::write(&path, &other).unwrap();
        assert_eq!(RedbBackend::open(&path).unwrap_err().code(), "NotADatabase");
        assert_eq!(RedbBackend::create(&path).unwrap_err().code(), "NotADatabase");
        assert_eq!(RedbBackend::create_new(&path).unwrap_err().code(), "DatabaseExists");
        assert!(fs::read(&path).unwrap() == other, "{} bytes were changed", other.len());
    }
}

#[test]
fn a_running_creation_elsewhere_is_not_disturbed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    fs::write(&path, last_interrupted()).unwrap();
    let elsewhere =
        FileBackend::new(fs::File::options().read(true).write(true).open(&path).unwrap()).unwrap();
    assert!(elsewhere.try_lock_range(Bound::Unbounded, Bound::Unbounded).unwrap());
    for refused in [RedbBackend::open(&path), RedbBackend::create(&path), RedbBackend::create_new(&path)] {
        assert_eq!(refused.unwrap_err().code(), "DatabaseLocked");
    }
    // Windows lets nobody else read a locked file, so the lock ends first.
    elsewhere.close().unwrap();
    assert!(fs::read(&path).unwrap() == last_interrupted());
    assert!(!is_database(&path));
}

#[test]
fn a_kill_during_creation_leaves_a_file_that_can_be_created() {
    for kill in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        create_and_kill(folder.path(), Duration::from_micros(kill * 7919 % 60_000));
        let mut databases = 0;
        for entry in fs::read_dir(folder.path()).unwrap() {
            databases += u64::from(is_database(&entry.unwrap().path()));
        }
        assert!(databases > 0, "the first database was acknowledged");
    }
}

/// Runs a child that creates databases, and kills it `after` it has created the first.
fn create_and_kill(folder: &Path, after: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "creation::create_until_killed", "--nocapture"])
        .env(CREATE_HERE, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "created"));
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The child process of the test above. Alone it does nothing.
#[test]
fn create_until_killed() {
    let Some(folder) = std::env::var_os(CREATE_HERE) else { return };
    // The databases stay open, because closing one takes longer than creating it.
    let mut databases = Vec::new();
    for number in 0_u64.. {
        databases.push(RedbBackend::create(Path::new(&folder).join(number.to_string())).unwrap());
        if number == 0 {
            io::stdout().write_all(b"\ncreated\n").unwrap();
        }
    }
}
