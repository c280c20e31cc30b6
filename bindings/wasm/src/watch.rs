//! [`Watching`]: a query that is followed.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::layers::Filter;
use keyloft::{Changes, Event, StorageBackend};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::event;
use crate::query::Bounds;
use crate::raw::{Payload, Raw};
use crate::scan::write_entries;
use crate::table::{Keys, Kind, Opened};
use crate::wire::Response;

/// How many events are told at once.
const MOST: usize = 256;

/// A query that JavaScript follows.
pub(crate) struct Watching {
    changes: Changes<Raw, Vec<u8>, Payload>,
    scope: usize,
    /// Those of a collection.
    keys: Option<Keys>,
}

impl Watching {
    /// Begins to follow the query under a number that JavaScript has chosen; writes what it finds now.
    pub(crate) fn begin(
        database: &Database,
        number: u32,
        opened: &Opened,
        raw: Raw,
        bounds: &Bounds,
        capacity: Option<usize>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let is_collection = opened.kind == Kind::Collection;
        let name = is_collection.then(|| opened.table.partition().name());
        let keys = name.map_or(Ok(None), |name| Keys::of(&database.backend, name))?;
        let changes = Changes::of(raw, bounds.query(), capacity.unwrap_or(Filter::DEFAULT_CAPACITY))?;
        let watching = Rc::new(Self { changes, scope: opened.scope.len(), keys });
        watching.current(out)?;
        watching.changes.wake_with(move || host::wake(number));
        database.watches.borrow_mut().push((number, watching));
        Ok(())
    }

    /// Writes what the query finds now; the next event is the first change to that.
    pub(crate) fn current(&self, out: &mut Response<'_>) -> Result<()> {
        let entries = self.changes.resync()?;
        out.u32(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        write_entries(self.scope, &entries, out);
        Ok(())
    }

    /// Writes events that wait, each after what it is, and then a 0; more may wait.
    ///
    /// # Errors
    ///
    /// `DefinitionMismatch` if the keys are of another type by now: nothing that waits is told then.
    pub(crate) fn events(&self, backend: &Arc<dyn StorageBackend>, out: &mut Response<'_>) -> Result<()> {
        self.keys.as_ref().map_or(Ok(()), |keys| keys.check(backend))?;
        for _ in 0..MOST {
            match self.changes.try_recv() {
                Some(Ok(event)) => self.write(event, out),
                Some(Err(error)) => {
                    out.byte(event::FAILED);
                    Failure::from(error).write(out);
                }
                None => break,
            }
        }
        out.byte(event::END);
        Ok(())
    }

    fn write(&self, event: Event<Vec<u8>, Payload>, out: &mut Response<'_>) {
        let (commit, key, old, new) = match event {
            Event::Inserted { commit, key, new } => (commit, key, None, Some(new)),
            Event::Updated { commit, key, old, new } => (commit, key, Some(old), Some(new)),
            Event::Deleted { commit, key, old } => (commit, key, Some(old), None),
            Event::Lagged { missed } => {
                out.byte(event::LAGGED);
                out.u64(missed);
                return;
            }
        };
        out.byte(event::CHANGE);
        out.u64(commit);
        out.bytes(key.get(self.scope..).unwrap_or_default());
        for side in [old, new] {
            out.flag(side.is_some());
            if let Some(Payload(payload)) = side {
                out.bytes(&payload);
            }
        }
    }
}
