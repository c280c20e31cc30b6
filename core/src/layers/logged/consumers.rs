//! The named consumers of a log, and their positions.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::{ChangeLog, names};
use crate::backend::{Direction, KeyRange, Read, Transaction, after_prefix};
use crate::error::Result;

impl ChangeLog {
    /// Returns the position of the consumer `name`, or `None` if it has none.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn position(&self, name: &str) -> Result<Option<u64>> {
        names::find_version(&*self.backend, &key_of(name))
    }

    /// Returns all consumers with their positions, in the order of their names.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn consumers(&self) -> Result<Vec<(String, u64)>> {
        consumers(&*self.backend.snapshot()?)
    }

    /// Stores the position of the consumer `name`. A [`trim`](Self::trim) by the slowest consumer keeps the changes after it.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn advance(&self, name: &str, position: u64) -> Result<()> {
        self.backend.transact(&mut |tx| Self::advance_in(tx, name, position))
    }

    /// Stores the position of the consumer `name` in a transaction, so that it is committed together with the consumer's work.
    ///
    /// A consumer that writes its results to the same database handles each change exactly once in this way:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::{ChangeLog, LogScope, Logged};
    /// use keyloft::prelude::*;
    ///
    /// let backend = Arc::new(Logged::new(keyloft_memory::MemoryBackend::new(), Arc::new(|| 0_i64)));
    /// let log = backend.log();
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// let counts = Table::<String, u64>::new(backend.clone(), "counts");
    /// jobs.put_many(&[("1".into(), 7), ("2".into(), 8)])?;
    ///
    /// let position = log.position("counter")?.unwrap_or(0);
    /// let batch = log.read(&[LogScope::of(&jobs)], position, 1_000)?;
    /// backend.transaction(|tx| {
    ///     let changes = counts.within(tx).get(&"jobs".into())?.unwrap_or(0);
    ///     counts.within(tx).put(&"jobs".into(), &(changes + batch.entries.len() as u64))?;
    ///     ChangeLog::advance_in(tx, "counter", batch.position)
    /// })?;
    /// assert_eq!(counts.get(&"jobs".into())?, Some(2));
    /// assert_eq!(log.consumers()?, [("counter".to_owned(), 1)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn advance_in(tx: &mut dyn Transaction, name: &str, position: u64) -> Result<()> {
        tx.put(&names::state(), &key_of(name), &position.to_be_bytes())
    }

    /// Forgets the consumer `name`, so that the log does not keep changes for it. Returns `true` if it had a position.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    pub fn forget(&self, name: &str) -> Result<bool> {
        let mut existed = false;
        self.backend.transact(&mut |tx| {
            existed = tx.delete(&names::state(), &key_of(name))?;
            Ok(())
        })?;
        Ok(existed)
    }
}

fn key_of(name: &str) -> Vec<u8> {
    [names::CONSUMER, name.as_bytes()].concat()
}

/// Returns all consumers with their positions.
pub(super) fn consumers(reader: &dyn Read) -> Result<Vec<(String, u64)>> {
    let state = names::state();
    let (mut found, mut malformed) = (Vec::new(), None);
    let upper = after_prefix(names::CONSUMER);
    let range =
        KeyRange { lower: Bound::Included(names::CONSUMER), upper: upper.as_ref().map(Vec::as_slice) };
    reader.scan(&state, range, Direction::Forward, &mut |key, value| {
        let name = key.strip_prefix(names::CONSUMER).and_then(|name| core::str::from_utf8(name).ok());
        let Some((name, position)) = name.zip(names::parse(value)) else {
            malformed = Some(names::corrupted(&state, key));
            return ControlFlow::Break(());
        };
        found.push((name.into(), position));
        ControlFlow::Continue(())
    })?;
    malformed.map_or(Ok(found), Err)
}
