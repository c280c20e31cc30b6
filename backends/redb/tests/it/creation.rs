//! Creations that are cut off: what they leave behind counts as nothing, and nothing else does.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::ops::Bound;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use keyloft_redb::{RedbBackend, Storage};
use redb::backends::{FileBackend, InMemoryBackend};

use crate::helpers::{get, put};

/// Set in the child: the folder it creates databases in until it is killed.
const CREATE_HERE: &str = "KEYLOFT_REDB_CREATE_HERE";
const KILLS: u64 = 20;
/// What redb writes last of all, at the beginning.
const MARK: &[u8] = b"redb\x1A\x0A\xA9\x0D\x0A";

/// Memory that remembers what was in it after every operation, and after every part of one.
#[derive(Clone, Debug)]
struct Recorder {
    bytes: Arc<InMemoryBackend>,
    images: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Recorder {
    fn holding(image: &[u8]) -> Self {
        let recorder = Self { bytes: Arc::new(InMemoryBackend::new()), images: Arc::default() };
        recorder.bytes.set_len(image.len() as u64).unwrap();
        recorder.bytes.write(0, image).unwrap();
        recorder.remember();
        recorder
    }

    fn remember(&self) {
        let mut image = vec![0; usize::try_from(self.bytes.len().unwrap()).unwrap()];
        self.bytes.read(0, &mut image).unwrap();
        self.images.lock().unwrap().push(image);
    }
}

impl Storage for Recorder {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.bytes.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.bytes.set_len(len)?;
        self.remember();
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.remember();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        // A disk writes its first sector whole, and so the mark: what is before it may come in parts.
        if !data.starts_with(MARK) {
            for part in [1, 10, 13, 80, 200] {
                self.bytes.write(offset, data.get(..part).unwrap_or(data))?;
                self.remember();
            }
        }
        self.bytes.write(offset, data)?;
        self.remember();
        Ok(())
    }
}

/// What is in a storage while a database is created, until it is open.
fn images() -> Vec<Vec<u8>> {
    let recorder = Recorder::holding(&[]);
    let _open = RedbBackend::with_storage(recorder.clone()).unwrap();
    let mut images = recorder.images.lock().unwrap().clone();
    images.dedup();
    images
}

/// The image of the creation that came furthest without making a database.
fn last_remains() -> Vec<u8> {
    images().into_iter().rfind(|image| !image.starts_with(MARK)).unwrap()
}

/// Whether the file holds a database. If not, it counts as missing; either way it can be created.
fn is_database(path: &Path) -> bool {
    let before = fs::read(path).unwrap();
    let there = match RedbBackend::open(path) {
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
            assert!(!there);
            put(&backend, b"1", b"milk").unwrap();
        }
        Err(error) => {
            assert!(there, "{error}");
            assert_eq!(error.code(), "DatabaseExists");
            put(&RedbBackend::create(path).unwrap(), b"1", b"milk").unwrap();
        }
    }
    assert_eq!(get(&RedbBackend::open(path).unwrap(), b"1").unwrap(), b"milk");
    there
}

#[test]
fn a_creation_may_be_cut_off_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let mut databases = Vec::new();
    for image in images() {
        fs::write(&path, &image).unwrap();
        databases.push(is_database(&path));
        assert_eq!(databases.last(), Some(&image.starts_with(MARK)));

        fs::write(&path, &image).unwrap();
        put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::open(&path).unwrap(), b"1").unwrap(), b"milk");

        let storage = Recorder::holding(&image);
        put(&RedbBackend::with_storage(storage.clone()).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::with_storage(storage).unwrap(), b"1").unwrap(), b"milk");
    }
    // Nothing, the length, the header in parts and whole; then the mark, and what opening writes.
    assert!(databases.is_sorted());
    let remains = databases.iter().filter(|database| !**database).count();
    assert!(remains > 3 && databases.len() - remains > 1, "{databases:?}");
}

#[test]
fn a_second_attempt_may_be_cut_off_too() {
    let recorder = Recorder::holding(&last_remains());
    let _open = RedbBackend::with_storage(recorder.clone()).unwrap();
    let images = recorder.images.lock().unwrap().clone();
    for image in images {
        let storage = Recorder::holding(&image);
        put(&RedbBackend::with_storage(storage.clone()).unwrap(), b"1", b"milk").unwrap();
        assert_eq!(get(&RedbBackend::with_storage(storage).unwrap(), b"1").unwrap(), b"milk");
    }
}

#[test]
fn what_only_resembles_it_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let remains = last_remains();
    let zeros = vec![0; remains.len()];
    let mut others = vec![vec![0], vec![0; 9], vec![0; 320], vec![0; 4096], vec![0; 1 << 20]];
    for whole in [&remains, &zeros] {
        others.push(whole[1..].to_vec());
        others.push([whole.as_slice(), &[0]].concat());
        others.push([whole.as_slice(), &[0; 4096]].concat());
        for place in [0, 8, 9, 12, 64, 191, 192, 319, 320, 4095, 4096, whole.len() - 1] {
            let mut other = whole.clone();
            other[place] ^= 0x40;
            others.push(other);
        }
    }
    // A database of that very length that has lost its mark.
    put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
    let mut damaged = fs::read(&path).unwrap();
    damaged[..MARK.len()].fill(0);
    damaged.resize(remains.len(), 0);
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
fn a_creation_that_goes_on_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    fs::write(&path, last_remains()).unwrap();
    let elsewhere =
        FileBackend::new(fs::File::options().read(true).write(true).open(&path).unwrap()).unwrap();
    assert!(elsewhere.try_lock_range(Bound::Unbounded, Bound::Unbounded).unwrap());
    for refused in [RedbBackend::open(&path), RedbBackend::create(&path), RedbBackend::create_new(&path)] {
        assert_eq!(refused.unwrap_err().code(), "DatabaseLocked");
    }
    assert!(fs::read(&path).unwrap() == last_remains());
    elsewhere.close().unwrap();
    assert!(!is_database(&path));
}

#[test]
fn a_process_that_is_killed_while_it_creates_leaves_nothing_in_the_way() {
    for kill in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        create_and_kill(folder.path(), Duration::from_micros(kill * 7919 % 60_000));
        let mut databases = 0;
        for entry in fs::read_dir(folder.path()).unwrap() {
            databases += u64::from(is_database(&entry.unwrap().path()));
        }
        assert!(databases > 0, "the first was acknowledged");
    }
}

/// Lets a child create databases, and kills it that long after it has created the first.
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

/// Nothing by itself: the test above runs it in a process of its own.
#[test]
fn create_until_killed() {
    let Some(folder) = std::env::var_os(CREATE_HERE) else { return };
    // They stay open: closing one would take longer than creating it.
    let mut databases = Vec::new();
    for number in 0_u64.. {
        databases.push(RedbBackend::create(Path::new(&folder).join(number.to_string())).unwrap());
        if number == 0 {
            io::stdout().write_all(b"\ncreated\n").unwrap();
        }
    }
}
