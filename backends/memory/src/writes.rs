//! [`Writes`]: a transaction while its body runs.

use std::cell::OnceCell;
use std::sync::{Arc, PoisonError, RwLock};

use keyloft::backend::{Direction, KeyRange, Visit, check_entry};
use keyloft::{Partition, Read, Result, Transaction};

use crate::key::Key;
use crate::state::{Bytes, State};

/// How many notes a transaction takes. Readers wait while they are carried out: some tenths of a millisecond. Where there
/// are no threads, nobody waits.
const MAX_NOTES: usize = if cfg!(target_family = "wasm") { 1 << 14 } else { 1024 };

/// A transaction that only notes what it writes, as long as it scans nothing of it. Nearly all do no more.
///
/// Notes are carried out on the committed state itself, which copies nothing of it that no snapshot shares. With the
/// first scan after a write, and when there are many, the transaction gets a state of its own, which then takes the
/// committed one's place.
pub(crate) struct Writes {
    base: State,
    notes: Vec<Note>,
    /// What the notes put, from the first time on that one key is looked up after a write, while none deletes.
    puts: OnceCell<State>,
    own: OnceCell<State>,
}

/// A key's new value, or that it has none.
struct Note {
    partition: Partition,
    key: Key,
    value: Option<Bytes>,
}

impl Writes {
    pub(crate) fn new(base: State) -> Self {
        Self { base, notes: Vec::new(), puts: OnceCell::new(), own: OnceCell::new() }
    }

    pub(crate) fn commit(self, committed: &RwLock<State>) {
        let Self { base, notes, own, .. } = self;
        // While this is held, the committed state is shared.
        drop(base);
        let mut committed = committed.write().unwrap_or_else(PoisonError::into_inner);
        match own.into_inner() {
            Some(own) => {
                let passed = std::mem::replace(&mut *committed, own);
                drop(committed);
                // Readers need not wait while what nobody sees any more is let go.
                drop(passed);
            }
            None => notes.into_iter().for_each(|note| note.carry_out(&mut committed)),
        }
    }

    /// The state that the body sees.
    fn newest(&self) -> &State {
        match self.own.get() {
            None if self.notes.is_empty() => &self.base,
            _ => self.own(),
        }
    }

    fn own(&self) -> &State {
        self.own.get_or_init(|| {
            let mut own = self.base.clone();
            self.notes.iter().for_each(|note| note.clone().carry_out(&mut own));
            own
        })
    }

    /// What the notes put, and then what they leave as it was, if that is all there is to them.
    fn layers(&self) -> Option<[&State; 2]> {
        let deletes = || self.notes.iter().any(|note| note.value.is_none());
        if self.own.get().is_some() || self.notes.is_empty() || self.puts.get().is_none() && deletes() {
            return None;
        }
        let puts = self.puts.get_or_init(|| {
            let mut puts = State::default();
            self.notes.iter().for_each(|note| note.clone().carry_out(&mut puts));
            puts
        });
        Some([puts, &self.base])
    }

    fn write(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) {
        let is_put = value.is_some();
        if self.own.get().is_none() && (self.notes.len() == MAX_NOTES || !is_put && self.puts.get().is_some())
        {
            self.own();
        }
        let note = Note { partition: partition.clone(), key: key.into(), value: value.map(Arc::from) };
        if let Some(own) = self.own.get_mut() {
            note.carry_out(own);
            return;
        }
        if let Some(puts) = self.puts.get_mut() {
            note.clone().carry_out(puts);
        }
        self.notes.push(note);
    }
}

impl Note {
    fn carry_out(self, state: &mut State) {
        match self.value {
            Some(value) => state.put(self.partition, self.key, value),
            None => state.delete(&self.partition, self.key.as_bytes()),
        }
    }

    fn clone(&self) -> Self {
        Self { partition: self.partition.clone(), key: self.key.clone(), value: self.value.clone() }
    }
}

impl Read for Writes {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.layers() {
            Some([puts, base]) => Ok(puts.get(partition, key, visit)? || base.get(partition, key, visit)?),
            None => self.newest().get(partition, key, visit),
        }
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.newest().scan(partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.newest().partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.newest().get_many(partition, keys, visit)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.newest().count(partition, range)
    }
}

impl Transaction for Writes {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.write(partition, key, Some(value));
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let there = self.contains(partition, key)?;
        if there {
            self.write(partition, key, None);
        }
        Ok(there)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.own();
        Ok(self.own.get_mut().map_or(0, |own| own.delete_range(partition, range)))
    }
}

#[cfg(test)]
mod tests;
