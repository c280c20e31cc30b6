//! The work of a worker until it is killed: it commits numbered transactions and reports their numbers.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
// A panic ends the worker, which the page reports as a failure.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::ops::ControlFlow;

use js_sys::futures::future_to_promise;
use js_sys::{Function, Promise};
use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, Result, StorageBackendExt, Transaction};
use keyloft_redb::RedbBackend;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// The number of rows that every transaction rewrites.
const REWRITTEN: u32 = 40;

/// The number of rows that every transaction adds.
const ADDED: u32 = 20;

/// The number of transactions after which the added rows are deleted.
const KEPT: u32 = 10;

/// An open database.
#[wasm_bindgen]
pub struct Job {
    database: RedbBackend,
    last: u32,
}

#[wasm_bindgen]
impl Job {
    /// Opens or creates the database. A failure begins with the error's code.
    pub fn open(name: String) -> Promise {
        future_to_promise(async move {
            match keyloft_opfs::create(&name).await {
                Ok(database) => Ok(Self { database, last: 0 }.into()),
                Err(error) => Err(format!("{}: {error}", error.code()).into()),
            }
        })
    }

    /// Returns the number of the last transaction in the database. Checks that the rows are those of whole transactions.
    pub fn check(&mut self) -> Result<u32, JsError> {
        let whole = self.database.check_integrity()?;
        if !whole {
            return Err(JsError::new("redb had to repair the open database"));
        }
        let last = number(&self.database, b"last")?;
        self.last = last.unwrap_or(0);
        let rows = rows(&self.database)?;
        let expected = rows_after(self.last);
        if rows == expected {
            Ok(self.last)
        } else {
            let (found, expected) = (rows.len(), expected.len());
            Err(JsError::new(&format!("after {}: {found} rows, expected {expected}, or others", self.last)))
        }
    }

    /// Commits `count` transactions, or transactions without end. Reports each when it begins and when it is committed.
    pub fn work(
        &mut self,
        count: Option<u32>,
        begun: &Function,
        committed: &Function,
    ) -> Result<(), JsError> {
        let end = count.map_or(u32::MAX, |count| self.last + count);
        while self.last < end {
            let next = self.last + 1;
            self.database.transaction(|tx| {
                begun.call1(&JsValue::NULL, &next.into()).unwrap();
                write(tx, next)
            })?;
            self.last = next;
            committed.call1(&JsValue::NULL, &next.into()).unwrap();
        }
        Ok(())
    }
}

fn write(tx: &mut dyn Transaction, number: u32) -> Result<()> {
    tx.put(&numbers(), b"last", &number.to_be_bytes())?;
    for row in 0..REWRITTEN {
        tx.put(&table(), &key(0, row), &value(number))?;
    }
    for row in 0..ADDED {
        tx.put(&table(), &key(number, row), &value(number))?;
        if let Some(old) = number.checked_sub(KEPT).filter(|old| *old > 0) {
            tx.delete(&table(), &key(old, row))?;
        }
    }
    Ok(())
}

/// Returns the rows after transaction `last`, each with the number of the transaction that wrote it.
fn rows_after(last: u32) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = Vec::new();
    if last > 0 {
        rows.extend((0..REWRITTEN).map(|row| (key(0, row).to_vec(), value(last).to_vec())));
    }
    for number in (last + 1).saturating_sub(KEPT).max(1)..=last {
        rows.extend((0..ADDED).map(|row| (key(number, row).to_vec(), value(number).to_vec())));
    }
    rows
}

fn rows(database: &RedbBackend) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut rows = Vec::new();
    database.scan(&table(), KeyRange::ALL, Direction::Forward, &mut |key, value| {
        rows.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn number(database: &RedbBackend, key: &[u8]) -> Result<Option<u32>> {
    let mut number = None;
    database
        .get(&numbers(), key, &mut |value| number = Some(u32::from_be_bytes(value.try_into().unwrap())))?;
    Ok(number)
}

fn key(number: u32, row: u32) -> [u8; 8] {
    ((u64::from(number) << 32) | u64::from(row)).to_be_bytes()
}

/// Returns a value that is long enough to spread a transaction over many pages.
fn value(number: u32) -> [u8; 400] {
    let mut value = [7; 400];
    value.iter_mut().zip(number.to_be_bytes()).for_each(|(byte, of_number)| *byte = of_number);
    value
}

fn numbers() -> Partition {
    Partition::from("numbers")
}

fn table() -> Partition {
    Partition::from("table")
}
