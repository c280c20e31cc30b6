//! [`Histories`] and [`Accounts`]: the operations of the threads, and what they have seen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keyloft::prelude::*;

use super::linearizable::{Effect, Operation};
use crate::failure::{Failure, Outcome, ensure};
use crate::random::Random;

/// The keys of the histories.
const KEYS: u64 = 3;

/// The operations on a few keys so far.
pub(super) struct Histories {
    table: Table<u64, u64>,
    clock: AtomicU64,
    of: Mutex<BTreeMap<u64, Vec<Operation>>>,
}

impl Histories {
    pub(super) fn new(backend: &Arc<dyn StorageBackend>) -> Self {
        let table = Table::new(backend.clone(), "registers");
        Self { table, clock: AtomicU64::new(0), of: Mutex::default() }
    }

    /// Does something with one of the keys. A transaction that fails has no effect.
    pub(super) fn operate(&self, random: &mut Random, value: u64) -> Outcome {
        let (key, table) = (random.below(KEYS), &self.table);
        let began = self.now();
        let effect = match random.below(7) {
            0 | 1 => Some(Effect::Read(table.get(&key)?)),
            2 => Some(Effect::Read(table.at(&table.backend().snapshot()?).get(&key)?)),
            3 => {
                table.put(&key, &value)?;
                Some(Effect::Write(Some(value)))
            }
            4 => {
                table.delete(&key)?;
                Some(Effect::Write(None))
            }
            5 => {
                let saw = table.backend().transaction(|tx| {
                    let saw = table.within(tx).get(&key)?;
                    table.within(tx).put(&key, &value)?;
                    Ok(saw)
                })?;
                Some(Effect::Swap(saw, value))
            }
            _ => {
                let failed = table.backend().transaction(|tx| {
                    table.within(tx).put(&key, &value)?;
                    Err::<(), _>(Error::from(ErrorKind::Aborted))
                });
                match failed {
                    Err(error) if error.code() == "Aborted" => None,
                    other => return Err(Failure::from(format!("a body that fails ended with {other:?}"))),
                }
            }
        };
        let ended = self.now();
        if let Some(effect) = effect {
            let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
            of.entry(key).or_default().push(Operation { began, ended, effect });
        }
        Ok(())
    }

    /// Returns the operations of each key.
    pub(super) fn into_histories(self) -> BTreeMap<u64, Vec<Operation>> {
        self.of.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }
}

/// Amounts that move between accounts, so that their sum stays.
pub(super) struct Accounts {
    table: Table<u64, u64>,
}

impl Accounts {
    const NUMBER: u64 = 5;
    const EACH: u64 = 100;

    pub(super) fn open(backend: &Arc<dyn StorageBackend>) -> Outcome<Self> {
        let table = Table::new(backend.clone(), "accounts");
        table.load((0..Self::NUMBER).map(|account| (account, Self::EACH)))?;
        Ok(Self { table })
    }

    /// Moves an amount, in one transaction.
    pub(super) fn transfer(&self, random: &mut Random) -> Outcome {
        let (from, to, amount) = (random.below(Self::NUMBER), random.below(Self::NUMBER), random.below(40));
        self.table.backend().transaction(|tx| {
            let mut accounts = self.table.within(tx);
            let has = accounts.get(&from)?.unwrap_or(0);
            if from != to && has >= amount {
                let other = accounts.get(&to)?.unwrap_or(0);
                (&mut accounts).put(&from, &(has - amount))?;
                (&mut accounts).put(&to, &(other + amount))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Checks the sum of one snapshot.
    pub(super) fn check(&self) -> Outcome {
        let snapshot = self.table.backend().snapshot()?;
        let sum: u64 = self.table.at(&snapshot).scan_all()?.iter().map(|(_, amount)| amount).sum();
        ensure(sum == Self::NUMBER * Self::EACH, || format!("a snapshot has {sum} in all accounts"))
    }
}
