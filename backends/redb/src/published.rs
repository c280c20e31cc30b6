//! [`Published`]: the newest commit of a file that other processes may write to.
//!
//! redb numbers the commits. The number of the newest one is in the header of the file, which every beginning transaction reads. The
//! handle looks at the header, too: a read whose cached snapshot shows the newest commit needs no new one.
//!
//! # Invariants
//!
//! 1. `known` is the highest number that was seen in the header or written to it by this handle.
//! 2. `foreign` has counted every commit up to `known` that was first seen in the header, and not written by this handle. It is
//!    raised before `known`, so who finds `known` high enough finds the count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The positions in redb's header: the flags, and in each of two slots the number of a commit.
const FLAGS: usize = 9;
const SLOTS: [usize; 2] = [64 + NUMBER, 192 + NUMBER];
const NUMBER: usize = 104;
/// The flag that says which slot is the primary one.
const PRIMARY: u8 = 1;
/// The flag of a primary slot that is not synced yet. Other processes take the other slot then.
const UNFLUSHED: u8 = 8;
/// The bytes of the header up to the last of these positions.
pub(crate) const LEN: usize = 304;

/// The newest commit, as far as this handle knows.
#[derive(Debug, Default)]
pub(crate) struct Published {
    known: AtomicU64,
    foreign: AtomicU64,
    /// The commit that this handle has made the primary one, and that is published by its next write.
    writing: Mutex<u64>,
}

/// The commits in a header.
struct Header {
    primary: u64,
    /// The newest commit that a reader may show.
    published: u64,
    is_flushed: bool,
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let flags = *bytes.get(FLAGS)?;
        let number = |slot: usize| {
            let at = *SLOTS.get(slot)?;
            Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
        };
        let slot = usize::from(flags & PRIMARY);
        let primary = number(slot)?;
        let is_flushed = flags & UNFLUSHED == 0;
        Some(Self { primary, published: if is_flushed { primary } else { number(1 - slot)? }, is_flushed })
    }
}

impl Published {
    /// Notes a header that was read. Returns the number of its newest commit.
    pub(crate) fn note_read(&self, header: &[u8]) -> Option<u64> {
        let Header { published, .. } = Header::parse(header)?;
        self.note(published);
        Some(published)
    }

    /// Notes a header before it is written. Returns `true` if the write makes a commit of this handle the newest one.
    pub(crate) fn note_write(&self, header: &[u8]) -> bool {
        let Some(Header { primary, is_flushed, .. }) = Header::parse(header) else { return false };
        if is_flushed {
            // Usually the commit that was made the primary one before. Otherwise its writer has died before its sync, and redb
            // publishes its commit.
            self.note(primary);
            return false;
        }
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // Only the holder of the file's writer lock gets here, and it has seen the commits before.
        self.known.fetch_max(primary, Ordering::AcqRel);
        std::mem::replace(&mut *writing, primary) != primary
    }

    /// Returns the number of times that a commit of another handle was noticed.
    pub(crate) fn foreign(&self) -> u64 {
        self.foreign.load(Ordering::Acquire)
    }

    /// Forgets what was known. The file may have lost commits that were not durable.
    pub(crate) fn forget(&self) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.foreign.fetch_add(1, Ordering::AcqRel);
        self.known.store(0, Ordering::Release);
    }

    fn note(&self, published: u64) {
        if published <= self.known.load(Ordering::Acquire) {
            return;
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if published > self.known.load(Ordering::Acquire) {
            // First the count (2).
            self.foreign.fetch_add(1, Ordering::AcqRel);
            self.known.store(published, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(flags: u8, slots: [u64; 2]) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[FLAGS] = flags;
        for (at, number) in SLOTS.into_iter().zip(slots) {
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_commit_is_the_newest_when_it_is_synced() {
        let published = Published::default();
        assert_eq!(published.note_read(&header(0, [7, 6])), Some(7));
        assert_eq!(published.note_read(&header(PRIMARY, [7, 8])), Some(8));
        assert_eq!(published.note_read(&header(PRIMARY | UNFLUSHED, [7, 8])), Some(7));
        assert_eq!(published.note_read(&[0; 20]), None);
    }

    #[test]
    fn commits_of_others_are_counted_once_and_own_ones_never() {
        let published = Published::default();
        published.note_read(&header(0, [7, 6]));
        published.note_read(&header(0, [7, 6]));
        assert_eq!(published.foreign(), 1);
        // An own commit: the number, the new primary slot, and its sync.
        assert!(!published.note_write(&header(0, [7, 8])));
        assert!(published.note_write(&header(PRIMARY | UNFLUSHED, [7, 8])));
        assert!(!published.note_write(&header(PRIMARY, [7, 8])));
        published.note_read(&header(PRIMARY, [7, 8]));
        assert_eq!(published.foreign(), 1);
        // A read that was slow says nothing new.
        published.note_read(&header(0, [7, 6]));
        assert_eq!(published.foreign(), 1);
        published.note_read(&header(0, [9, 8]));
        assert_eq!(published.foreign(), 2);
    }

    #[test]
    fn a_commit_that_is_published_for_a_dead_writer_is_another_ones() {
        let published = Published::default();
        published.note_read(&header(PRIMARY | UNFLUSHED, [7, 8]));
        assert!(!published.note_write(&header(PRIMARY, [7, 8])));
        assert_eq!(published.foreign(), 2);
    }
}
