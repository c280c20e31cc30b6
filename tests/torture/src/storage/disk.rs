//! [`Disk`]: a storage in memory that records its writes, lengths and syncs, and can fail.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyloft_redb::Storage;
use redb::BackendError;

use super::{Fault, Kind};
use crate::breaks::Break;

/// A recorded operation.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write { offset: usize, data: Arc<[u8]> },
    Length(usize),
    Sync,
}

/// A storage in memory that records its operations, and can fail. Clones share the same bytes.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    log: Vec<Op>,
    fault: Option<Fault>,
    counts: BTreeMap<Kind, u64>,
    struck: u64,
    is_closed: bool,
    how: Option<Break>,
    /// The writes that a break holds back until after the next sync.
    held: Vec<Op>,
}

impl Disk {
    /// Returns a storage with these bytes, which counts as synced.
    pub(crate) fn holding(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { bytes, ..State::default() })))
    }

    /// Breaks the storage on purpose.
    pub(crate) fn broken(self, how: Option<Break>) -> Self {
        self.lock().how = how;
        self
    }

    /// Arms a fault, whose operations are counted from the beginning, or mends the storage.
    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// Returns the number of operations of each kind.
    pub(crate) fn counts(&self) -> BTreeMap<Kind, u64> {
        self.lock().counts.clone()
    }

    /// Returns the number of operations that failed.
    pub(crate) fn struck(&self) -> u64 {
        self.lock().struck
    }

    /// Returns the bytes as a reader of the storage sees them.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    /// Returns `true` until the first database in it has been closed.
    pub(crate) fn is_new(&self) -> bool {
        !self.lock().is_closed
    }

    /// Returns the number of recorded operations.
    pub(crate) fn moment(&self) -> usize {
        self.lock().log.len()
    }

    /// Returns the recorded operations.
    pub(crate) fn log(&self) -> Vec<Op> {
        self.lock().log.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts an operation. Returns the fault if it fails.
    fn strike(&mut self, kind: Kind) -> Option<Fault> {
        let count = self.counts.entry(kind).or_default();
        let number = *count;
        *count += 1;
        let fault = self.fault.filter(|fault| fault.strikes(kind, number))?;
        self.struck += 1;
        Some(fault)
    }

    fn slice(&mut self, offset: u64, len: usize) -> io::Result<&mut [u8]> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let start = usize::try_from(offset).map_err(|_| end())?;
        self.bytes.get_mut(start..start.checked_add(len).ok_or_else(end)?).ok_or_else(end)
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.slice(offset, data.len())?.copy_from_slice(data);
        let op = Op::Write { offset: usize::try_from(offset).unwrap_or(0), data: data.into() };
        // The header is in the first page.
        if self.how == Some(Break::LatePages) && offset >= 4096 {
            self.held.push(op);
        } else {
            self.log.push(op);
        }
        Ok(())
    }
}

impl Storage for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.lock().bytes.len()).unwrap_or(u64::MAX))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.lock();
        if let Some(fault) = state.strike(Kind::Read) {
            return Err(fault.error());
        }
        out.copy_from_slice(state.slice(offset, out.len())?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.lock();
        if let Some(fault) = state.strike(Kind::Length) {
            return Err(fault.error());
        }
        let len = usize::try_from(len).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        state.bytes.resize(len, 0);
        state.log.push(Op::Length(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.lock();
        if let Some(fault) = state.strike(Kind::Sync) {
            return Err(fault.error());
        }
        if state.how != Some(Break::LostSync) {
            state.log.push(Op::Sync);
        }
        let held = std::mem::take(&mut state.held);
        state.log.extend(held);
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.lock().is_closed = true;
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.lock();
        match state.strike(Kind::Write) {
            None => state.write(offset, data),
            Some(fault) => {
                let part = data.get(..data.len() / 2).filter(|_| fault.short);
                part.map_or(Ok(()), |part| state.write(offset, part))?;
                Err(fault.error())
            }
        }
    }

    // Nobody else has the storage open, so every lock is free.

    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(false)
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").finish_non_exhaustive()
    }
}
