//! [`Engine`]: the class that JavaScript sees.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::database::Database;
use crate::failure::Result;
use crate::memory_growth::MemoryGrowth;
use crate::protocol::RESPONSE_HEAD as HEAD;
use crate::source::Source;
use crate::wire::{Request, Response};

/// The largest buffer that is kept between calls, in bytes.
const KEPT: usize = 1 << 20;

/// An open database.
///
/// JavaScript writes a request at the address that `reserve` returns, and reads the response at the address that a call
/// returns: four bytes of length, one byte that is 0 without an error, and the answer or the error.
#[wasm_bindgen]
pub struct Engine {
    pub(crate) database: Database,
    pub(crate) request: RefCell<Vec<u8>>,
    response: RefCell<Vec<u8>>,
    memory: MemoryGrowth,
}

#[wasm_bindgen]
impl Engine {
    /// Creates an empty database in memory.
    #[cfg(feature = "memory")]
    pub fn memory() -> Self {
        Self::new(Database::new(keyloft_memory::MemoryBackend::new()))
    }

    /// Reserves memory for a request of this length and returns its address. Bytes that are there already stay.
    pub fn reserve(&self, len: usize) -> usize {
        let mut request = self.request.borrow_mut();
        request.resize(len, 0);
        if request.capacity() > KEPT.max(len) {
            request.shrink_to_fit();
        }
        request.as_ptr().expose_provenance()
    }

    /// Runs an operation on the newest state, on the snapshot of this number, or in the staged transaction of this
    /// number.
    pub fn call(&self, op: u8, handle: u32, snapshot: u32, len: usize) -> usize {
        self.respond(len, |request, out| {
            #[cfg(feature = "persistent")]
            if Database::is_staged(snapshot) {
                return self.database.call_staged(op, handle, snapshot, request, out);
            }
            self.database.call(op, handle, self.database.source(snapshot)?, request, out)
        })
    }

    /// Runs a transaction, whose body JavaScript has ready.
    pub fn transact(&self) -> usize {
        let outcome = self.database.transact(&|op, handle, source: Source<'_>, len| {
            self.respond(len, |request, out| self.database.call(op, handle, source, request, out))
        });
        self.respond(0, |_, out| {
            out.flag(outcome?);
            Ok(())
        })
    }
}

impl Engine {
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            request: RefCell::default(),
            response: RefCell::default(),
            memory: MemoryGrowth::default(),
        }
    }

    /// Writes the response to the request of this length, and returns its address.
    pub(crate) fn respond(
        &self,
        len: usize,
        work: impl FnOnce(Request<'_>, &mut Response<'_>) -> Result<()>,
    ) -> usize {
        let request = self.request.borrow();
        let mut buffer = self.response.borrow_mut();
        buffer.clear();
        if buffer.capacity() > KEPT {
            buffer.shrink_to(0);
        }
        buffer.extend_from_slice(&[0; HEAD]);
        let mut out = Response::new(&mut buffer);
        if let Err(failure) = work(Request::new(request.get(..len).unwrap_or_default()), &mut out) {
            out.rewind(HEAD - 1);
            out.byte(1);
            failure.write(&mut out);
        }
        self.memory.keep_ahead();
        let written = out.position() - HEAD;
        out.set_u32(0, u32::try_from(written).unwrap_or(u32::MAX));
        buffer.as_ptr().expose_provenance()
    }
}
