//! Reads and writes of single keys: the history of each key is linearizable, and a snapshot is of one moment.

#[path = "../../torture/src/threads/linearizable.rs"]
mod linearizable;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use keyloft::layers::{Observed, Scoped};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
use keyloft_scheduled::thread::{spawn, yield_now};
use shuttle::rand::{Rng, thread_rng};

use linearizable::{Effect, Operation, is_linearizable};

use crate::breaks::Break;
use crate::disk::Disk;

const THREADS: u64 = 3;
const OPERATIONS: u64 = 4;

/// A key, and two keys that are written together.
struct Registers {
    table: Table<u64, u64>,
    clock: AtomicU64,
    history: Mutex<Vec<Operation>>,
    how: Option<Break>,
}

/// Runs threads on a backend, and checks what they have seen.
pub(crate) fn run(how: Option<Break>) {
    let redb = || RedbBackend::with_storage(Disk::new(how)).unwrap();
    let backend: Arc<dyn StorageBackend> = match thread_rng().gen_range(0..4) {
        0 => Arc::new(MemoryBackend::new()),
        1 => Arc::new(redb()),
        2 => Arc::new(Observed::new(redb())),
        _ => Arc::new(Scoped::new(MemoryBackend::new(), "scope")),
    };
    let table = Table::new(backend, "registers");
    let registers = Arc::new(Registers { table, clock: AtomicU64::new(0), history: Mutex::default(), how });
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let registers = Arc::clone(&registers);
            spawn(move || (0..OPERATIONS).for_each(|number| registers.operate(thread << 32 | number)))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let history = registers.history.lock().unwrap();
    assert!(is_linearizable(&history), "the history is not linearizable: {history:?}");
}

impl Registers {
    /// Does something. The value is written once, so that a read tells which write it has seen.
    fn operate(&self, value: u64) {
        let (table, began) = (&self.table, self.now());
        let effect = match thread_rng().gen_range(0..7) {
            0 => Effect::Read(table.get(&0).unwrap()),
            1 => Effect::Read(table.at(&table.backend().snapshot().unwrap()).get(&0).unwrap()),
            2 => {
                table.put(&0, &value).unwrap();
                Effect::Write(Some(value))
            }
            3 => {
                table.delete(&0).unwrap();
                Effect::Write(None)
            }
            4 => Effect::Swap(self.swap(value), value),
            5 => return self.write_both(value),
            _ => return self.read_both(),
        };
        let ended = self.now();
        self.history.lock().unwrap().push(Operation { began, ended, effect });
    }

    fn swap(&self, value: u64) -> Option<u64> {
        let table = &self.table;
        if self.how == Some(Break::SplitTransaction) {
            let saw = table.get(&0).unwrap();
            yield_now();
            table.put(&0, &value).unwrap();
            return saw;
        }
        let swap = table.backend().transaction(|tx| {
            let saw = table.within(tx).get(&0)?;
            table.within(tx).put(&0, &value)?;
            Ok(saw)
        });
        swap.unwrap()
    }

    fn write_both(&self, value: u64) {
        let table = &self.table;
        let write = |tx: &mut dyn Transaction| {
            table.within(tx).put(&1, &value)?;
            table.within(tx).put(&2, &value)
        };
        table.backend().transaction(write).unwrap();
    }

    fn read_both(&self) {
        let snapshot = self.table.backend().snapshot().unwrap();
        let both = self.table.at(&snapshot);
        assert_eq!(both.get(&1).unwrap(), both.get(&2).unwrap(), "a snapshot is of two moments");
    }

    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }
}
