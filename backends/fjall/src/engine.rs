//! [`Engine`]: the open database, and the place from which it is opened.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use keyloft::backend::SharedStamp;
use keyloft::error::Place;
use keyloft::{ErrorKind, Result};

use crate::error::{Fault, OpenMode};
use crate::opened::Opened;
use crate::options::{Durability, Options};
use crate::view::{Commit, View};
use crate::{failed_sync, folder, torn_journal};

/// The open database and its path.
pub(crate) struct Engine {
    /// The commit that readers see.
    newest: RwLock<Newest>,
    /// The absolute path, which stays right if the program changes its folder.
    path: PathBuf,
    /// The path as the caller gave it, for errors.
    shown: String,
    options: Options,
    /// The stamp of the newest commit.
    pub(crate) catalog_stamp: SharedStamp,
    /// Syncs the journal. A test replaces it.
    pub(crate) sync: fn(&Opened) -> Result<(), Fault>,
}

/// The state of the database.
enum Newest {
    Open(Arc<View>),
    Closed,
    /// A reopening has failed.
    NotReopened,
}

impl Engine {
    pub(crate) fn open(path: &Path, mode: OpenMode, options: &Options) -> Result<Self> {
        let shown = path.display().to_string();
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let catalog_stamp = SharedStamp::new();
        let view = open(&path, &shown, mode, options, &catalog_stamp)?;
        Ok(Self {
            newest: RwLock::new(Newest::Open(Arc::new(view))),
            path,
            shown,
            options: options.clone(),
            catalog_stamp,
            sync: Opened::sync,
        })
    }

    pub(crate) fn path(&self) -> &str {
        &self.shown
    }

    pub(crate) fn durability(&self) -> Durability {
        self.options.durability
    }

    /// Returns the newest commit.
    #[inline]
    pub(crate) fn newest(&self) -> Result<Arc<View>> {
        match &*self.read() {
            Newest::Open(view) => Ok(Arc::clone(view)),
            Newest::Closed => Err(ErrorKind::Closed { place: self.place() }.into()),
            Newest::NotReopened => Err(Fault::Stopped.failed(&self.shown, "open")),
        }
    }

    /// Returns the newest commit for something that a forked process can't do.
    pub(crate) fn newest_here(&self) -> Result<Arc<View>> {
        let view = self.newest()?;
        if view.opened.health.is_forked() {
            Err(ErrorKind::Forked { place: self.place() }.into())
        } else {
            Ok(view)
        }
    }

    /// Makes a state that was applied the one that readers see.
    pub(crate) fn publish(&self, opened: &Arc<Opened>, state: fjall::Snapshot, changes_catalog: bool) {
        let mut newest = self.write();
        let Newest::Open(before) = &*newest else { return };
        // Under the lock: no reader sees the change with the stamp before it.
        let catalog_stamp =
            if changes_catalog { Some(self.catalog_stamp.renew()) } else { before.commit.catalog_stamp };
        let commit = Arc::new(Commit { state, catalog_stamp });
        let view = Newest::Open(Arc::new(View { opened: Arc::clone(opened), commit }));
        let before = std::mem::replace(&mut *newest, view);
        drop(newest);
        // It may be the last reference to a snapshot, whose end takes locks of fjall.
        drop(before);
    }

    /// Shows the newest commit to readers by a new snapshot, which reads the newest files. Nothing else may have been applied.
    pub(crate) fn renew(&self) {
        if let Ok(newest) = self.newest()
            && !newest.opened.health.has_failed()
            && let Ok(state) = newest.opened.snapshot()
        {
            self.publish(&newest.opened, state, false);
        }
    }

    /// Syncs everything that was applied.
    pub(crate) fn sync(&self, opened: &Opened) -> Result<(), Fault> {
        (self.sync)(opened).inspect_err(|fault| {
            opened.health.fail(fault);
            failed_sync::set(&self.path, true);
        })
    }

    /// Syncs the commits that were not durable yet.
    pub(crate) fn flush(&self, action: &'static str) -> Result<()> {
        let view = self.newest_here()?;
        self.sync(&view.opened).map_err(|fault| match self.durability() {
            Durability::OnFlush => fault.unknown(&self.shown),
            Durability::Immediate => fault.failed(&self.shown, action),
        })
    }

    /// Closes the database, if it is open. The folder is unlocked when the reads that are running have ended.
    pub(crate) fn close(&self) -> Result<()> {
        let is_open = matches!(&*self.read(), Newest::Open(_));
        let flushed = if is_open { self.flush("close") } else { Ok(()) };
        let before = std::mem::replace(&mut *self.write(), Newest::Closed);
        drop(before);
        match flushed {
            // The handle of a forked process is closed, and the database is its parent's.
            Err(error) if matches!(error.kind(), ErrorKind::Forked { .. }) => Ok(()),
            flushed => flushed,
        }
    }

    /// Opens the database again if a failure has made it unusable. Returns `true` if it did.
    pub(crate) fn reopen(&self) -> Result<bool> {
        match &*self.read() {
            Newest::Closed => return Err(ErrorKind::Closed { place: self.place() }.into()),
            Newest::Open(view) if view.opened.health.is_forked() => {
                return Err(ErrorKind::Forked { place: self.place() }.into());
            }
            Newest::Open(view) if !view.opened.has_failed() => return Ok(false),
            Newest::Open(_) | Newest::NotReopened => {}
        }
        self.catalog_stamp.clear();
        let before = std::mem::replace(&mut *self.write(), Newest::NotReopened);
        drop(before);
        let view = open(&self.path, &self.shown, OpenMode::Open, &self.options, &self.catalog_stamp)?;
        *self.write() = Newest::Open(Arc::new(view));
        Ok(true)
    }

    fn place(&self) -> Place {
        Place::at_path(&*self.shown)
    }

    // A poisoned lock is used: nothing panics while the state is changed.
    fn read(&self) -> RwLockReadGuard<'_, Newest> {
        self.newest.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Newest> {
        self.newest.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(
    path: &Path,
    shown: &str,
    mode: OpenMode,
    options: &Options,
    catalog_stamp: &SharedStamp,
) -> Result<View> {
    folder::prepare(path, shown, mode)?;
    let opened = match Opened::open(path, shown, mode, options) {
        Err(error)
            if matches!(error.kind(), ErrorKind::Corrupted { .. })
                && torn_journal::mend(path).is_ok_and(|is_mended| is_mended) =>
        {
            Opened::open(path, shown, mode, options)
        }
        opened => opened,
    };
    let opened = Arc::new(opened?);
    let state = opened.snapshot().map_err(|fault| fault.cannot_open(shown, mode))?;
    let catalog_stamp = Some(catalog_stamp.renew());
    Ok(View { opened, commit: Arc::new(Commit { state, catalog_stamp }) })
}
