//! The requests of JavaScript: any bytes are answered, with an error or without.
#![allow(unsafe_code, reason = "JavaScript writes requests and reads responses by their addresses")]

use std::ptr;

use keyloft_wasm::Engine;

use crate::failure::{Outcome, ensure};

/// The bytes before the payload of a response.
const HEAD: usize = 5;
/// The most requests of an input.
const REQUESTS: usize = 12;

/// Sends the requests that the input describes to one engine: an operation, a resource, a snapshot and the bytes.
pub(super) fn judge(input: &[u8]) -> Outcome {
    let engine = Engine::memory();
    let mut rest = input;
    for _ in 0..REQUESTS {
        let Some(([op, handle, snapshot, len], after)) =
            rest.split_first_chunk().map(|(head, rest)| (*head, rest))
        else {
            break;
        };
        let (request, after) = after.split_at(after.len().min(len.into()));
        rest = after;
        send(&engine, op, handle.into(), snapshot.into(), request)?;
    }
    Ok(())
}

fn send(engine: &Engine, op: u8, handle: u32, snapshot: u32, request: &[u8]) -> Outcome {
    let address = engine.reserve(request.len());
    // SAFETY: the engine has reserved as many bytes there.
    unsafe {
        ptr::copy_nonoverlapping(request.as_ptr(), ptr::with_exposed_provenance_mut(address), request.len());
    }
    let address = engine.call(op, handle, snapshot, request.len());
    // SAFETY: a response begins with its head.
    let head = unsafe { ptr::read_unaligned(ptr::with_exposed_provenance::<[u8; HEAD]>(address)) };
    ensure(head[4] <= 1, || format!("operation {op} answers with the flag {}", head[4]))
}
