//! A disk under a cache, as Linux keeps it: what a failed sync could not write stays visible until it is forgotten.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use keyloft::{Partition, Read, Result, StorageBackend};
use redb::backends::InMemoryBackend;

use crate::RedbBackend;
use crate::engine::Engine;
use crate::error::OpenMode;
use crate::medium::{Cache, Connection, Medium};

/// The length that the disk writes at once. It is less than a page of redb, so pages can be torn.
const BLOCK: usize = 1024;

/// A disk under a cache.
#[derive(Clone, Debug)]
struct Disk {
    state: Arc<Mutex<State>>,
    /// `true` if an opening can make the cache forget.
    forgets: bool,
}

#[derive(Debug, Default)]
struct State {
    /// The bytes that reads return.
    cached: Vec<u8>,
    stored: Vec<u8>,
    dirty: Vec<bool>,
    /// The blocks of the disk that have space.
    allocated: Vec<bool>,
    /// The number of blocks that still get space.
    room: usize,
    random: u64,
}

impl State {
    fn blocks(&self) -> usize {
        self.cached.len().div_ceil(BLOCK)
    }

    fn random(&mut self) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.random >> 33
    }

    /// Writes the dirty blocks, in any order, as far as there is space. The others are marked as written.
    fn sync(&mut self) -> io::Result<()> {
        let mut dirty: Vec<usize> = (0..self.blocks()).filter(|block| self.dirty[*block]).collect();
        for index in (1..dirty.len()).rev() {
            let other = usize::try_from(self.random()).unwrap() % (index + 1);
            dirty.swap(index, other);
        }
        self.stored.resize(self.cached.len(), 0);
        let mut is_full = false;
        for block in dirty {
            self.dirty[block] = false;
            if !self.allocated[block] {
                if self.room == 0 {
                    is_full = true;
                    continue;
                }
                self.room -= 1;
                self.allocated[block] = true;
            }
            let range = block * BLOCK..((block + 1) * BLOCK).min(self.cached.len());
            self.stored[range.clone()].copy_from_slice(&self.cached[range]);
        }
        if is_full { Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full")) } else { Ok(()) }
    }
}

impl Disk {
    fn new(room: usize, random: u64, forgets: bool) -> Self {
        let state = State { room, random, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), forgets }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn open(&self, mode: OpenMode) -> Result<RedbBackend> {
        RedbBackend::new(Engine::open(Box::new(self.clone()), "disk", mode, &RedbBackend::options())?)
    }

    /// Returns what is on the disk.
    fn remounted(&self) -> Vec<u8> {
        self.state().stored.clone()
    }
}

impl redb::StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.state().cached.len()).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        out.copy_from_slice(&self.state().cached[offset..offset + out.len()]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        state.cached.resize(usize::try_from(len).unwrap(), 0);
        let blocks = state.blocks();
        state.dirty.resize(blocks, false);
        state.allocated.resize(blocks, false);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.state().sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        let mut state = self.state();
        state.cached[offset..offset + data.len()].copy_from_slice(data);
        state.dirty[offset / BLOCK..(offset + data.len()).div_ceil(BLOCK)].fill(true);
        Ok(())
    }
}

impl Cache for Disk {
    fn forget_header(&self) -> io::Result<()> {
        self.forget_all()
    }

    fn forget_all(&self) -> io::Result<()> {
        if self.forgets {
            let mut state = self.state();
            state.sync()?;
            state.cached = state.stored.clone();
        }
        Ok(())
    }

    fn distrust(&self) {}
}

impl Medium for Disk {
    fn connect(&self, _: OpenMode, _: bool) -> Result<Connection> {
        Ok(Connection {
            storage: Arc::new(self.clone()),
            cache: Some(Box::new(self.clone())),
            stays_open: false,
        })
    }

    fn sync_creation(&self) -> io::Result<()> {
        Ok(())
    }

    fn is_file(&self) -> bool {
        false
    }
}

fn rows() -> Partition {
    Partition::from("rows")
}

fn write(backend: &RedbBackend, number: u32) -> Result<()> {
    let value = vec![7; 200 + (usize::try_from(number).unwrap() * 977) % 9000];
    backend.transact(&mut |tx| tx.put(&rows(), &number.to_be_bytes(), &value))
}

/// Fills the disk until a commit fails, makes room, and goes on after a reopening. Returns `true` if the disk then has every
/// acknowledged commit.
fn keeps_all(random: u64, forgets: bool, in_place: bool) -> bool {
    let disk = Disk::new(300 + usize::try_from(random * 37 % 400).unwrap(), random, forgets);
    let backend = disk.open(OpenMode::Create).unwrap();
    let mut stored = Vec::new();
    let error = loop {
        let number = u32::try_from(stored.len()).unwrap();
        match write(&backend, number) {
            Ok(()) => stored.push(number),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "CommitUnknown", "{error}");
    let unknown = u32::try_from(stored.len()).unwrap();
    disk.state().room = 1 << 20;

    let reopened = if in_place {
        backend.reopen().map(|_| backend)
    } else {
        drop(backend);
        disk.open(OpenMode::Open)
    };
    let Ok(backend) = reopened else { return false };
    let has = |backend: &RedbBackend, number: u32| {
        backend.contains(&rows(), &number.to_be_bytes()).is_ok_and(|has| has)
    };
    if has(&backend, unknown) {
        stored.push(unknown);
    }
    for number in 10_000..10_000 + u32::try_from(random % 4).unwrap() {
        if write(&backend, number).is_err() {
            return false;
        }
        stored.push(number);
    }
    drop(backend);

    let image = InMemoryBackend::new();
    let bytes = disk.remounted();
    redb::StorageBackend::set_len(&image, u64::try_from(bytes.len()).unwrap()).unwrap();
    redb::StorageBackend::write(&image, 0, &bytes).unwrap();
    let Ok(backend) = RedbBackend::options().check_on_open(true).with_storage(image) else { return false };
    stored.into_iter().all(|number| has(&backend, number))
}

#[test]
fn after_a_failed_sync_an_opening_trusts_the_disk_and_not_the_cache() {
    for random in 1..20 {
        for in_place in [false, true] {
            assert!(keeps_all(random, true, in_place), "{random} {in_place}");
        }
    }
    let lost = (1..10).filter(|random| !keeps_all(*random, false, false)).count();
    assert!(lost > 0, "the model must show the loss that it is for");
}
