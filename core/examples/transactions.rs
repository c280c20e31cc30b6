//! Transactions over several tables, snapshots, and a body with its own error type.
//!
//! Run it with `cargo run --package keyloft --example transactions`.

use std::fmt;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "accounts", key = String)]
struct Account {
    cents: u64,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "transfers")]
struct Transfer {
    #[key]
    number: u64,
    from: String,
    to: String,
    cents: u64,
}

struct Bank {
    backend: Arc<dyn StorageBackend>,
    accounts: Table<String, Account>,
    transfers: Table<u64, Transfer>,
}

#[derive(Debug)]
enum Refused {
    NoAccount(String),
    Overdrawn { balance: u64 },
    Storage(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccount(name) => write!(f, "there is no account `{name}`"),
            Self::Overdrawn { balance } => write!(f, "the account holds {balance} cents only"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl Bank {
    fn new(backend: Arc<dyn StorageBackend>) -> Self {
        let accounts = Account::table(backend.clone());
        let transfers = Transfer::table(backend.clone());
        Self { backend, accounts, transfers }
    }

    /// Moves money and records the transfer: both are committed, or neither.
    fn transfer(&self, from: &str, to: &str, cents: u64) -> Result<u64, Refused> {
        self.backend.try_transaction(|tx| {
            // The body reads its own writes, and no other transaction writes in between.
            let mut accounts = self.accounts.within(tx);
            for (name, is_payer) in [(from, true), (to, false)] {
                let key = name.to_owned();
                let account = accounts.get(&key)?.ok_or_else(|| Refused::NoAccount(name.to_owned()))?;
                let balance = account.cents;
                let after = if is_payer { balance.checked_sub(cents) } else { balance.checked_add(cents) };
                let cents = after.ok_or(Refused::Overdrawn { balance })?;
                accounts.put(&key, &Account { cents })?;
            }
            let mut transfers = self.transfers.within(tx);
            let number = transfers.last()?.map_or(1, |(last, _)| last + 1);
            transfers.add(&Transfer { number, from: from.to_owned(), to: to.to_owned(), cents })?;
            Ok(number)
        })
    }

    /// Returns the sum of all balances as the reader sees them.
    fn total(accounts: &impl EntityReader<String, Account>) -> Result<u64> {
        accounts.iter(..)?.map(|entry| Ok(entry?.1.cents)).sum()
    }
}

fn main() -> Result<(), Refused> {
    let bank = Bank::new(Arc::new(MemoryBackend::new()));
    let account = |cents| Account { cents };
    bank.accounts.put_many(&[("ada".to_owned(), account(500)), ("bob".to_owned(), account(0))])?;

    let before = bank.backend.snapshot()?;
    let number = bank.transfer("ada", "bob", 200)?;
    println!("transfer {number} is done");

    // A refused transfer changes nothing, although its first half was written before the refusal.
    for (from, to) in [("ada", "carol"), ("bob", "ada")] {
        let refused = bank.transfer(from, to, 300).err();
        println!("from {from} to {to}: {}", refused.as_ref().map_or_else(String::new, ToString::to_string));
        assert!(matches!(refused, Some(Refused::NoAccount(_) | Refused::Overdrawn { balance: 200 })));
    }
    let cents =
        |name: &str| Ok::<_, Error>(bank.accounts.get(&name.to_owned())?.map(|account| account.cents));
    assert_eq!((cents("ada")?, cents("bob")?), (Some(300), Some(200)));
    assert_eq!(bank.transfers.count()?, 1);
    assert_eq!(bank.transfers.get(&number)?.map(|transfer| transfer.to), Some("bob".to_owned()));

    // The snapshot still shows the state before.
    let then = bank.accounts.at(&before).get(&"ada".to_owned())?;
    assert_eq!(then.map(|account| account.cents), Some(500));
    assert_eq!((Bank::total(&bank.accounts)?, Bank::total(&bank.accounts.at(&before))?), (500, 500));
    Ok(())
}
