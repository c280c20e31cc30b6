//! Calls that write.

use std::borrow::Cow;
use std::ops::ControlFlow;

use keyloft::{EntityStore, Read, Transaction};

use crate::failure::{Failure, Result};
use crate::protocol::{op, write};
use crate::query::Bounds;
use crate::raw::Raw;
use crate::source::Source;
use crate::table::{Action, Opened, Table};
use crate::wire::{Request, Response};

/// How many entities a deletion of many looks up before it deletes them.
const DELETE_CHUNK: usize = 512;

/// Does what the operation says to the table.
#[inline(never)]
pub(super) fn write(
    op: u8,
    opened: &Opened,
    source: &mut Source<'_>,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    let table = &*opened.table;
    match op {
        op::PUT => {
            let anew = request.flag()?;
            let key = opened.key(request.bytes()?);
            let payload = request.rest();
            source.write(&mut |tx| table.put(tx, &key, payload, anew))?;
        }
        op::DELETE => {
            let key = opened.key(request.rest());
            out.flag(source.write_some(&mut |tx| table.delete(tx, &key).map(u64::from))? > 0);
        }
        op::BATCH => {
            let mut writes = Vec::new();
            for _ in 0..request.count()? {
                let what = request.byte()?;
                let key = opened.key(request.bytes()?);
                writes.push((what, key, if what == write::DELETE { &[] } else { request.bytes()? }));
            }
            out.u64(source.write_some(&mut |tx| batch(table, tx, &writes))?);
        }
        op::DELETE_RANGE => {
            let raw = opened.raw(request.flag()?);
            let bounds = Bounds::read(&mut request, &opened.scope)?;
            out.u64(source.write_some(&mut |tx| delete_range(table, raw, tx, &bounds))?);
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
            let mark = out.mark();
            let mut failed = None;
            let outcome = source.write(&mut |tx| {
                out.rewind(mark);
                let action = Action { code, key: key.clone(), request: Request::new(rest) };
                table.act(tx, action, out).map_err(|failure| {
                    failure.into_core().unwrap_or_else(|own| {
                        failed = Some(own);
                        keyloft::Error::Aborted
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

/// A write of a batch: what it does, and the key and the payload of its entity.
type Write<'a> = (u8, Cow<'a, [u8]>, &'a [u8]);

#[inline(never)]
fn batch(table: &dyn Table, tx: &mut dyn Transaction, writes: &[Write<'_>]) -> keyloft::Result<u64> {
    let mut deleted = 0;
    for (what, key, payload) in writes {
        if *what == write::DELETE {
            deleted += u64::from(table.delete(tx, key)?);
        } else {
            table.put(tx, key, payload, *what == write::INSERT)?;
        }
    }
    Ok(deleted)
}

/// Deletes the entities of the query that are in sight; how many they were.
#[inline(never)]
fn delete_range(
    table: &dyn Table,
    raw: &Raw,
    tx: &mut dyn Transaction,
    bounds: &Bounds,
) -> keyloft::Result<u64> {
    if table.version().is_none()
        && let Some(range) = bounds.plain_range()
    {
        return tx.delete_range(table.partition(), range);
    }
    let mut deleted = 0;
    let mut left = bounds.clone();
    loop {
        let max = left.limit.map_or(DELETE_CHUNK, |limit| limit.min(DELETE_CHUNK));
        let mut keys = Vec::new();
        let reader: &dyn Read = &*tx;
        raw.at(reader).visit(left.query_of(Some(max)), |entry| {
            keys.push(entry.key_bytes().to_vec());
            Ok(ControlFlow::Continue(()))
        })?;
        let Some(last) = keys.last() else { return Ok(deleted) };
        left.resume_after(last);
        left.limit = left.limit.map(|limit| limit - keys.len());
        for key in &keys {
            deleted += u64::from(table.delete(tx, key)?);
        }
    }
}
