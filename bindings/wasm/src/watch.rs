//! [`OpenWatch`]: a query that JavaScript watches.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::{Changes, Event, StorageBackend, catalog};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::event;
use crate::query::Bounds;
use crate::scan::write_entries;
use crate::table::{Doc, OpenTable};
use crate::wire::Response;

/// The number of events in one response.
const MOST_EVENTS: usize = 256;

/// A query that JavaScript watches.
pub(crate) struct OpenWatch {
    changes: Changes<Vec<u8>, Doc>,
    /// The length of the scope that precedes each key.
    scope: usize,
    opened: Rc<OpenTable>,
}

impl OpenWatch {
    /// Begins to watch the query, under a number that JavaScript has chosen. Writes the entities that it selects now.
    pub(crate) fn begin(
        database: &Database,
        number: u32,
        opened: &Rc<OpenTable>,
        with_tombstones: bool,
        bounds: &Bounds,
        capacity: Option<usize>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let feed = match capacity {
            Some(capacity) => database.feed.clone().with_capacity(capacity),
            None => database.feed.clone(),
        };
        let changes = opened.table.encoded(with_tombstones).changes(&feed, bounds.query())?;
        let watch = Rc::new(Self { changes, scope: opened.scope.len(), opened: Rc::clone(opened) });
        watch.current(out)?;
        watch.changes.wake_with(move || host::wake(number));
        database.watches.borrow_mut().push((number, watch));
        Ok(())
    }

    /// Writes the entities that the query selects now. The next event is the first change to these.
    pub(crate) fn current(&self, out: &mut Response<'_>) -> Result<()> {
        let entries = self.changes.resync()?;
        out.u32(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        write_entries(self.scope, &entries, out);
        Ok(())
    }

    /// Writes waiting events, each after its code, and the code of the end. More may wait.
    ///
    /// # Errors
    ///
    /// `DefinitionMismatch` if the keys or the rows are of another type now. Then no event is written.
    pub(crate) fn events(&self, backend: &Arc<dyn StorageBackend>, out: &mut Response<'_>) -> Result<()> {
        self.check(backend)?;
        for _ in 0..MOST_EVENTS {
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

    /// Refuses to go on if the table has other keys or entities now. Its indexes don't matter to a watch.
    fn check(&self, backend: &Arc<dyn StorageBackend>) -> Result<()> {
        let table = self.opened.table.encoded(false);
        let Err(error) = table.check(backend) else { return Ok(()) };
        let own = table.definition();
        let now = catalog::table(backend, table.partition())?.map(|entry| entry.definition);
        let is_same = now.is_some_and(|now| {
            now.key == own.key && now.version == own.version && now.has_envelope == own.has_envelope
        });
        if is_same { Ok(()) } else { Err(error.into()) }
    }

    fn write(&self, event: Event<Vec<u8>, Doc>, out: &mut Response<'_>) {
        let (commit, key, old, new) = match event {
            Event::Inserted { commit, key, new } => (commit, key, None, Some(new)),
            Event::Updated { commit, key, old, new } => (commit, key, Some(old), Some(new)),
            Event::Deleted { commit, key, old } => (commit, key, Some(old), None),
            Event::Lagged { missed } => {
                out.byte(event::LAGGED);
                out.u64(missed);
                return;
            }
            _ => return,
        };
        out.byte(event::CHANGE);
        out.u64(commit);
        out.bytes(key.get(self.scope..).unwrap_or_default());
        for side in [old, new] {
            out.flag(side.is_some());
            if let Some(doc) = side {
                out.bytes(doc.payload());
            }
        }
    }
}
