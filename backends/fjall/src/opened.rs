//! [`Opened`]: fjall's database, as it was opened once.

use std::mem;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, Snapshot};
use keyloft::backend::{Direction, KeyRange, MAX_PARTITION_LEN};
use keyloft::{Error, Partition, Result};

use crate::error::{Fault, OpenMode, cannot_access, not_a_database};
use crate::health::Health;
use crate::numbers::Numbers;
use crate::options::Options;
use crate::partition_key::NAMES;
use crate::reader::Reader;
use crate::writes::Writes;

/// The name of the keyspace with all partitions.
const KEYSPACE: &str = "keyloft";

/// The version of the layout of that keyspace. It is stored under the empty name.
const LAYOUT: &[u8] = &[1];

/// fjall's database, as it was opened once. The folder is unlocked when the last reference is dropped, so whoever may keep
/// one for long, such as a snapshot of the caller, has a weak one.
pub(crate) struct Opened {
    /// `None` while it is dropped.
    handles: Option<Handles>,
    pub(crate) numbers: Numbers,
    /// The number of fjall's newest state when a snapshot was taken last.
    seen: AtomicU64,
    pub(crate) health: Health,
    /// The path as the caller gave it, for errors.
    pub(crate) path: Arc<str>,
}

struct Handles {
    keyspace: Keyspace,
    database: Database,
}

impl Opened {
    /// Opens the database in the folder at `path`, which errors call `shown`.
    pub(crate) fn open(path: &Path, shown: &str, mode: OpenMode, options: &Options) -> Result<Self> {
        let health = Health::default();
        let opened = health.guard(|_| {
            let database = Database::builder(path).cache_size(options.cache_bytes).open()?;
            // Another program's database stays as it is. A database without keyspaces is an interrupted creation.
            let is_ours = database.keyspace_exists(KEYSPACE);
            let may_be_made = mode != OpenMode::Open && database.keyspace_count() == 0;
            let keyspace = if is_ours || may_be_made {
                Some(database.keyspace(KEYSPACE, KeyspaceCreateOptions::default)?)
            } else {
                None
            };
            Ok::<_, fjall::Error>((database, keyspace))
        });
        let (database, keyspace) = opened.map_err(|fault| fault.cannot_open(shown, mode))?;
        let Some(keyspace) = keyspace else {
            return Err(match database.keyspace_count() {
                0 => cannot_access(shown, OpenMode::Open, std::io::ErrorKind::NotFound.into()),
                _ => not_a_database(shown, "it is a fjall database of another program"),
            });
        };
        let handles = Some(Handles { keyspace, database });
        let numbers = Numbers::default();
        let this = Self { handles, numbers, seen: AtomicU64::new(0), health, path: shown.into() };
        this.check_layout(shown, mode)?;
        this.load_numbers().map_err(|fault| fault.cannot_open(shown, mode))?;
        Ok(this)
    }

    /// Compares the stored layout with this program's, and stores it in a new database.
    fn check_layout(&self, shown: &str, mode: OpenMode) -> Result<()> {
        let failed = |fault: Fault| fault.cannot_open(shown, mode);
        let stored = self.reader(&self.snapshot().map_err(failed)?).value(NAMES, &[]).map_err(failed)?;
        match stored {
            Some(_) if mode == OpenMode::CreateNew => {
                Err(cannot_access(shown, mode, std::io::ErrorKind::AlreadyExists.into()))
            }
            Some(layout) if *layout == *LAYOUT => Ok(()),
            Some(_) => Err(not_a_database(
                shown,
                "a later version of Keyloft wrote it, use a newer version of this program",
            )),
            // The layout is the first entry, so the creation was interrupted.
            None if mode == OpenMode::Open => {
                Err(cannot_access(shown, mode, std::io::ErrorKind::NotFound.into()))
            }
            None => {
                let mut writes = Writes::default();
                writes.set(NAMES, &[], Some(LAYOUT));
                self.apply(writes, Vec::new()).and_then(|_| self.sync()).map_err(failed)
            }
        }
    }

    fn load_numbers(&self) -> Result<(), Fault> {
        let mut numbers = Vec::new();
        let mut damage = None;
        let snapshot = self.snapshot()?;
        self.reader(&snapshot).scan(NAMES, KeyRange::ALL, Direction::Forward, &mut |name, number| {
            match (str::from_utf8(name), <[u8; 4]>::try_from(number)) {
                // The layout.
                (Ok(""), _) => {}
                (Ok(name), Ok(number)) if name.len() <= MAX_PARTITION_LEN => {
                    numbers.push((Partition::from_stored(name), u32::from_be_bytes(number)));
                }
                _ => damage = Some(Fault::Damaged("the list of its partitions can't be read".to_owned())),
            }
            ControlFlow::Continue(())
        })?;
        self.numbers.add(numbers);
        damage.map_or(Ok(()), Err)
    }

    /// Returns a snapshot of everything that was applied.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, Fault> {
        let Handles { database, .. } = self.handles()?;
        let snapshot = self.health.guard(|_| Ok::<_, Fault>(database.snapshot()))?;
        self.seen.store(snapshot.seqno(), Ordering::Relaxed);
        Ok(snapshot)
    }

    /// Returns `true` if fjall has stored or merged files since a snapshot was taken last, so that a new one of the same
    /// commit reads them, and the memory and the files of before become free.
    #[inline]
    pub(crate) fn has_newer_files(&self) -> bool {
        // A commit that is being applied looks like newer files for a moment. Whoever takes a snapshot has the write slot then.
        let seen = self.seen.load(Ordering::Relaxed);
        self.handles.as_ref().is_some_and(|Handles { database, .. }| database.visible_seqno() > seen)
    }

    /// Returns a reader of a snapshot.
    pub(crate) fn reader<'a>(&'a self, snapshot: &'a Snapshot) -> Reader<'a> {
        Reader { opened: self, snapshot }
    }

    #[inline]
    pub(crate) fn keyspace(&self) -> Result<&Keyspace, Fault> {
        Ok(&self.handles()?.keyspace)
    }

    #[inline]
    fn handles(&self) -> Result<&Handles, Fault> {
        self.handles.as_ref().ok_or(Fault::Closed)
    }

    /// Writes a transaction to the journal and to memory, without a sync. `created` are the partitions that it writes first.
    /// Returns the state after it.
    ///
    /// If this fails, the journal has no end of the transaction, and an opening discards it. The exception is a panic of fjall.
    pub(crate) fn apply(&self, writes: Writes, created: Vec<(Partition, u32)>) -> Result<Snapshot, Fault> {
        let Handles { database, keyspace } = self.handles()?;
        self.health.guard_write(|| {
            let mut batch = fjall::OwnedWriteBatch::with_capacity(database.clone(), writes.len());
            for (key, value) in writes {
                match value {
                    Some(value) => batch.insert(keyspace, key, value),
                    None => batch.remove(keyspace, key),
                }
            }
            batch.commit()
        })?;
        // Before a reader can get the snapshot.
        self.numbers.add(created);
        self.snapshot()
    }

    /// Syncs everything that was applied.
    pub(crate) fn sync(&self) -> Result<(), Fault> {
        self.persist(PersistMode::SyncData)
    }

    /// Returns `true` if fjall accepts no writes any more, also after a failure of one of its threads.
    pub(crate) fn has_failed(&self) -> bool {
        self.health.has_failed() || self.persist(PersistMode::Buffer).is_err()
    }

    fn persist(&self, mode: PersistMode) -> Result<(), Fault> {
        let Handles { database, .. } = self.handles()?;
        self.health.guard_write(|| database.persist(mode))
    }

    /// Stores the newest entries in sorted files and merges all of these.
    pub(crate) fn compact(&self) -> Result<(), Fault> {
        const POLL: Duration = Duration::from_millis(5);

        let Handles { keyspace, .. } = self.handles()?;
        self.health.guard(|_| keyspace.rotate_memtable())?;
        // fjall's own wait never ends if its thread has failed.
        while self.health.guard(|_| Ok::<_, Fault>(keyspace.sealed_memtable_count()))? > 0 {
            self.persist(PersistMode::Buffer)?;
            thread::sleep(POLL);
        }
        self.health.guard(|_| keyspace.major_compact())
    }

    /// Maps a failure after which nothing was written.
    pub(crate) fn failed(&self, action: &'static str, fault: &Fault) -> Error {
        fault.failed(&self.path, action)
    }

    /// Returns the bytes of the files.
    pub(crate) fn disk_bytes(&self) -> Result<u64, Fault> {
        let Handles { database, .. } = self.handles()?;
        self.health.guard(|_| database.disk_space())
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let handles = self.handles.take();
        if self.health.is_forked() {
            // fjall would wait for its threads, which the forked process lacks, and unlock the parent's folder.
            mem::forget(handles);
        } else {
            self.health.discard(handles);
        }
    }
}
