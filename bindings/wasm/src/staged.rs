//! A transaction whose body runs elsewhere, call by call.

use keyloft::layers::Staged;
use keyloft::{Error, StorageBackendExt};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::source::Source;
use crate::wire::{Request, Response};

/// The bit that makes the number of a snapshot that of a staged transaction.
const STAGED: u32 = 1 << 31;

/// The staged transaction that is open, if one is. As long as it is, nothing else writes: so nothing can be committed
/// that it has not seen.
#[derive(Default)]
pub(crate) struct Staging {
    open: Option<Staged>,
    /// Tells it from those before it.
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
    /// Whether the number is not that of a snapshot but of a staged transaction.
    pub(crate) fn is_staged(source: u32) -> bool {
        source & STAGED != 0
    }

    /// Does what the operation says in the staged transaction of this number.
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
            // What a watch tells are commits.
            op::WATCH => Err(Error::NestedTransaction.into()),
            op::COMMIT => {
                // It has ended, whatever becomes of it.
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

    /// Begins a staged transaction; writes its number.
    pub(crate) fn stage(&self, out: &mut Response<'_>) -> Result<()> {
        if self.reserved.get() {
            return Err(Error::NestedTransaction.into());
        }
        let mut staging = self.staging.borrow_mut();
        staging.open = Some(Staged::new(self.backend.snapshot()?));
        staging.number = staging.number.wrapping_add(1) | STAGED;
        self.reserved.set(true);
        out.u32(staging.number);
        Ok(())
    }
}
