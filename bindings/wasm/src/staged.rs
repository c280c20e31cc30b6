//! A staged transaction, whose body runs in JavaScript, call by call.

use keyloft::layers::Staged;
use keyloft::{ErrorKind, StorageBackendExt};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::source::Source;
use crate::wire::{Request, Response};

/// The bit that tells the number of a staged transaction from that of a snapshot.
const STAGED: u32 = 1 << 31;

/// The open staged transaction, if there is one. Nothing else writes meanwhile, so that it has seen every commit when it
/// commits itself.
#[derive(Default)]
pub(crate) struct Staging {
    open: Option<Staged>,
    /// The number of the last staged transaction.
    number: u32,
}

impl Staging {
    fn of(&mut self, number: u32) -> Result<&mut Staged> {
        let current = self.number == number;
        let staged = self.open.as_mut().filter(|_| current);
        staged.ok_or_else(|| Failure::own("Closed", "the transaction has ended"))
    }
}

impl Database {
    /// Returns whether the number is that of a staged transaction, and not of a snapshot.
    pub(crate) fn is_staged(source: u32) -> bool {
        source & STAGED != 0
    }

    /// Runs an operation in the staged transaction of this number.
    pub(crate) fn call_staged(
        &self,
        op: u8,
        handle: u32,
        number: u32,
        request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let mut staging = self.staging.borrow_mut();
        let staged = staging.of(number)?;
        match op {
            // A watch tells of commits alone.
            op::WATCH => Err(ErrorKind::NestedTransaction.into()),
            op::COMMIT => {
                // The transaction ends, even if the commit fails.
                let ended = staging.open.take();
                self.reserved.set(false);
                Ok(ended.map_or(Ok(()), |ended| self.backend.transaction(|tx| ended.apply(tx)))?)
            }
            op::ABORT => {
                staging.open = None;
                self.reserved.set(false);
                Ok(())
            }
            _ => self.call(op, handle, Source::Transaction(staged), request, out),
        }
    }

    /// Begins a staged transaction, and writes its number.
    pub(crate) fn stage(&self, out: &mut Response<'_>) -> Result<()> {
        if self.reserved.get() {
            return Err(ErrorKind::NestedTransaction.into());
        }
        let mut staging = self.staging.borrow_mut();
        staging.open = Some(Staged::begin(&*self.backend)?);
        staging.number = staging.number.wrapping_add(1) | STAGED;
        self.reserved.set(true);
        out.u32(staging.number);
        Ok(())
    }
}
