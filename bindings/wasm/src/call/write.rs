//! The operations that write.

use std::borrow::Cow;
use std::ops::ControlFlow;

use keyloft::backend::Read;
use keyloft::{EntityStore, EntityWriter, Transaction};

use crate::failure::{Failure, Result};
use crate::key_order::KeyOrder;
use crate::protocol::{op, write};
use crate::query::Bounds;
use crate::source::Source;
use crate::table::{Action, DocTable, EncodedTable, OpenTable};
use crate::wire::{Request, Response};

/// The number of entities that a deletion of many looks up before it deletes them.
const DELETE_CHUNK: usize = 512;

/// Runs an operation that writes the table.
#[inline(never)]
pub(super) fn write(
    op: u8,
    opened: &OpenTable,
    source: &mut Source<'_>,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    let table = &opened.table;
    match op {
        op::PUT => {
            let insert = request.flag()?;
            let key = opened.key(request.bytes()?);
            let payload = request.rest();
            source.write(&mut |tx| table.put(tx, &key, payload, insert))?;
        }
        op::DELETE => {
            let key = opened.key(request.rest());
            out.flag(source.write_counted(&mut |tx| table.delete(tx, &key).map(u64::from))? > 0);
        }
        op::DISCARD => {
            let key = opened.key(request.rest());
            out.flag(source.write_counted(&mut |tx| table.discard(tx, &key).map(u64::from))? > 0);
        }
        op::BATCH => {
            let mut writes = Vec::new();
            for _ in 0..request.count()? {
                let code = request.byte()?;
                let key = opened.key(request.bytes()?);
                writes.push((code, key, if code == write::DELETE { &[] } else { request.bytes()? }));
            }
            out.u64(source.write_counted(&mut |tx| batch(table, tx, &writes))?);
        }
        op::DELETE_RANGE => {
            let encoded = table.encoded(request.flag()?);
            let index = opened.index(&mut request)?;
            let bounds = Bounds::read(&mut request, &opened.scope)?;
            out.u64(source.write_counted(&mut |tx| match &index {
                Some(index) => table.within(tx).delete_by(index, bounds.query()),
                None => delete_range(table, encoded, tx, &bounds),
            })?);
        }
        _ => {
            let code = request.byte()?;
            let key = request.optional(|request| Ok(opened.key(request.bytes()?).into_owned()))?;
            if key.is_none() && !opened.scope.is_empty() {
                return Err(Failure::argument(
                    "this is done to the rows of all users: ask `userTables(namespaceId, tableName)` for it",
                ));
            }
            let rest = request.rest();
            let start = out.position();
            let mut failed = None;
            let outcome = source.write(&mut |tx| {
                out.rewind(start);
                let mut action = Action { code, key: key.clone(), request: Request::new(rest) };
                table.act(tx, &mut action, out).map_err(|failure| {
                    failure.into_core().unwrap_or_else(|own| {
                        failed = Some(own);
                        keyloft::Error::from(keyloft::ErrorKind::Aborted)
                    })
                })
            });
            if let Some(own) = failed {
                return Err(own);
            }
            outcome?;
        }
    }
    Ok(())
}

/// A write of a batch: its code, and the key and the payload of its entity.
type Write<'a> = (u8, Cow<'a, [u8]>, &'a [u8]);

#[inline(never)]
fn batch(table: &DocTable, tx: &mut dyn Transaction, writes: &[Write<'_>]) -> keyloft::Result<u64> {
    let mut deleted = 0;
    for (code, key, payload) in writes {
        if *code == write::DELETE {
            deleted += u64::from(table.delete(tx, key)?);
        } else {
            table.put(tx, key, payload, *code == write::INSERT)?;
        }
    }
    Ok(deleted)
}

/// Deletes the entities of the query that reads see. Returns how many they were.
#[inline(never)]
fn delete_range(
    table: &DocTable,
    encoded: &EncodedTable,
    tx: &mut dyn Transaction,
    bounds: &Bounds,
) -> keyloft::Result<u64> {
    if !encoded.has_envelope()
        && let Some(range) = bounds.plain_range()
    {
        encoded.check(&*tx)?;
        return tx.delete_range(table.partition(), range);
    }
    let mut deleted = 0;
    let mut remaining = bounds.clone();
    loop {
        let max = remaining.limit.map_or(DELETE_CHUNK, |limit| limit.min(DELETE_CHUNK));
        let mut keys = Vec::new();
        let reader: &dyn Read = &*tx;
        let (mut order, query) = KeyOrder::new(table.partition(), &remaining, max, false);
        encoded.visit(reader, query, &mut |entity| {
            order.take(entity.key_bytes())?;
            keys.push(entity.key_bytes().to_vec());
            Ok(ControlFlow::Continue(()))
        })?;
        let Some(last) = order.end()? else { return Ok(deleted) };
        remaining.resume_after(last);
        remaining.limit = remaining.limit.map(|limit| limit - keys.len());
        for key in &keys {
            deleted += u64::from(table.delete(tx, key)?);
        }
    }
}
