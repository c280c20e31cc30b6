//! The calls: what each operation asks for and what it answers.

mod read;
mod transfer;
mod write;

use std::rc::Rc;

use keyloft::value::decode_payload;

use self::transfer::write_partitions;
use self::write::write;
use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::source::Source;
use crate::table::{self, Access, Kind};
use crate::watch::Watching;
use crate::wire::{Request, Response};

impl Database {
    /// Does what the operation says, with the handle of this number.
    #[inline(never)]
    pub(crate) fn call(
        &self,
        op: u8,
        handle: u32,
        mut source: Source<'_>,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        match op {
            op::OPEN => {
                let opened = table::open(self, &mut source, &mut request)?;
                out.u32(self.keep(opened));
                Ok(())
            }
            op::GET..=op::WATCH => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Read)?;
                self.read(op, &opened, &source, request, out)
            }
            op::EXPLAIN => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Read)?;
                let key = opened.key(request.rest());
                let (table, partition) = (&opened.table, opened.table.partition());
                let mut checked = Ok(());
                source.reader().get(partition, &key, &mut |stored| {
                    let verified = table.check_key(&key).and_then(|()| table.verify(stored));
                    checked = verified.map_err(|error| error.at(partition, &key, table::for_people));
                })?;
                Ok(checked?)
            }
            op::PUT..=op::ACT => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Write)?;
                write(op, &opened, &mut source, request, out)
            }
            op::NEXT => self.scan_next(handle, &source, out),
            op::SEEK => {
                let key = request.bytes()?;
                let limit = request.optional(Request::count)?;
                self.scans.with(handle, |scan| scan.seek(key, limit))
            }
            op::EVENTS => self.watching(handle)?.events(&self.backend, out),
            op::CURRENT => self.watching(handle)?.current(out),
            op::RELEASE => {
                self.release(request.byte()?, handle);
                Ok(())
            }
            op::SNAPSHOT => {
                let snapshot = source.keep()?;
                let snapshot = snapshot.ok_or_else(|| Failure::argument("a transaction has no snapshots"))?;
                out.u32(self.snapshots.add(snapshot));
                Ok(())
            }
            op::EXPORT => self.export(out),
            op::IMPORT => self.import(request, out),
            op::DIGEST => self.digest(out),
            op::PARTITIONS => write_partitions(source.reader(), out),
            op::DEFINE => {
                let name = table::own_name(request.text()?)?;
                let definition = decode_payload(request.rest())?;
                let partition = name.into();
                self.check_kind(&partition, Kind::Collection)?;
                out.flag(table::define(&self.backend, &mut source, name, definition)?);
                self.remember(&partition, Kind::Collection);
                Ok(())
            }
            op::REMOVE => {
                let name = table::own_name(request.text()?)?;
                out.flag(table::remove(&self.backend, &mut source, name)?);
                self.forget(&name.into());
                Ok(())
            }
            #[cfg(feature = "persistent")]
            op::STAGE => self.stage(out),
            #[cfg(feature = "persistent")]
            _ => self.call_file(op, request, out),
            #[cfg(not(feature = "persistent"))]
            _ => Err(Failure::argument("there is no such operation")),
        }
    }

    fn watching(&self, number: u32) -> Result<Rc<Watching>> {
        let watches = self.watches.borrow();
        let found =
            watches.iter().find(|(watch, _)| *watch == number).map(|(_, watching)| Rc::clone(watching));
        found.ok_or_else(|| Failure::argument("the watch has ended"))
    }
}
