//! The operations: the request and the response of each.

mod read;
mod transfer;
mod write;

use std::rc::Rc;

use keyloft::backend::Read;
use keyloft::error::Place;
use keyloft::{ErrorKind, Partition, catalog};

use self::transfer::write_partitions;
use self::write::write;
use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::slots::Resource;
use crate::source::Source;
use crate::table::{self, Defined, OpenTable, Permission};
use crate::watch::OpenWatch;
use crate::wire::{Request, Response};

impl Database {
    /// Runs an operation on the resource of this number.
    #[inline(never)]
    pub(crate) fn call(
        &self,
        op: u8,
        handle: u32,
        mut source: Source<'_>,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        if let op::GET..=op::DISCARD | op::EXPLAIN = op {
            let opened = self.resources.table(handle)?;
            return self.use_table(op, &opened, &mut source, request, out);
        }
        match op {
            op::OPEN => {
                let opened = table::open(self, &source, &mut request)?;
                out.u32(self.resources.add(Resource::Table(Rc::new(opened))));
                Ok(())
            }
            op::NEXT => self.scan_next(handle, &source, out),
            op::SEEK => {
                let key = request.bytes()?;
                let limit = request.optional(Request::count)?;
                self.resources.scan(handle)?.borrow_mut().seek(key, limit);
                Ok(())
            }
            op::EVENTS => {
                self.watch(handle)?.events(out);
                Ok(())
            }
            op::CURRENT => self.watch(handle)?.current(out),
            op::RELEASE => {
                self.release(request.byte()?, handle);
                Ok(())
            }
            op::SNAPSHOT => {
                let snapshot = source.snapshot()?;
                let snapshot = snapshot.ok_or_else(|| Failure::argument("a transaction has no snapshots"))?;
                out.u32(self.resources.add(Resource::Snapshot(snapshot)));
                Ok(())
            }
            op::EXPORT => self.export(out),
            op::IMPORT => self.import(request, out),
            op::DIGEST => self.digest(out),
            op::PARTITIONS => write_partitions(source.reader(), out),
            op::DEFINE => {
                let Source::Newest(backend) = source else { return Err(ErrorKind::NestedTransaction.into()) };
                let defined = Defined::read(table::own_name(request.text()?)?, &mut request)?;
                table::redefine(backend, &defined, request, out)
            }
            op::REMOVE => {
                let name = table::own_name(request.text()?)?;
                out.flag(source.write_counted(&mut |tx| table::remove(tx, name))? > 0);
                Ok(())
            }
            op::DEFINITION => {
                let name = table::own_name(request.text()?)?;
                write_definition(source.reader(), &name.into(), out)
            }
            #[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
            op::EVICT => self.evict(request, out),
            #[cfg(feature = "persistent")]
            op::STAGE => self.stage(out),
            #[cfg(feature = "persistent")]
            _ => self.call_file(op, request, out),
            #[cfg(not(feature = "persistent"))]
            _ => Err(Failure::argument("there is no such operation")),
        }
    }

    /// Runs an operation on the table.
    fn use_table(
        &self,
        op: u8,
        opened: &Rc<OpenTable>,
        source: &mut Source<'_>,
        request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        if let op::PUT..=op::DISCARD = op {
            opened.allow(Permission::Write)?;
            opened.table.check_writable()?;
            return write(op, opened, source, request, out);
        }
        opened.allow(Permission::Read)?;
        if op == op::EXPLAIN {
            return explain(opened, source.reader(), request.rest());
        }
        self.read(op, opened, source, request, out)
    }

    fn watch(&self, number: u32) -> Result<Rc<OpenWatch>> {
        let watches = self.watches.borrow();
        let found = watches.iter().find(|(id, _)| *id == number).map(|(_, watch)| Rc::clone(watch));
        found.ok_or_else(|| Failure::argument("the watch has ended"))
    }
}

/// Returns the error of an entity that JavaScript can't decode.
fn explain(opened: &OpenTable, reader: &dyn Read, key: &[u8]) -> Result<()> {
    let key = opened.key(key);
    let mut verified = Ok(());
    reader.get(opened.table.partition(), &key, &mut |stored| verified = opened.table.verify(&key, stored))?;
    opened.table.encoded(false).check(reader)?;
    Ok(verified?)
}

/// Writes the definition of the table in the catalog.
fn write_definition(reader: &dyn Read, partition: &Partition, out: &mut Response<'_>) -> Result<()> {
    let Some(entry) = catalog::table(reader, partition)? else {
        return Err(ErrorKind::NotFound { place: Place::of(partition) }.into());
    };
    out.last(&entry.definition.to_bytes());
    Ok(())
}
