//! [`OpenWatch`]: a query that JavaScript watches.

use std::rc::Rc;

use keyloft::{Changes, Event, Watch};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::event;
use crate::table::{Doc, OpenTable};
use crate::wire::Response;

/// The number of events in one response.
const MOST_EVENTS: usize = 256;

/// A query that JavaScript watches.
pub(crate) struct OpenWatch {
    changes: Changes<Vec<u8>, Doc>,
    /// The table, whose scope precedes each key.
    opened: Rc<OpenTable>,
}

impl OpenWatch {
    /// Keeps the watch under a number that JavaScript has chosen. Writes the entities that the query selects now.
    pub(crate) fn begin(
        database: &Database,
        number: u32,
        opened: &Rc<OpenTable>,
        Watch { current, changes }: Watch<Vec<u8>, Doc>,
        out: &mut Response<'_>,
    ) {
        let watch = Rc::new(Self { changes, opened: Rc::clone(opened) });
        watch.write_all(&current, out);
        watch.changes.wake_with(move || host::wake(number));
        database.watches.borrow_mut().push((number, watch));
    }

    /// Writes the entities that the query selects now. The next event is the first change to these.
    pub(crate) fn current(&self, out: &mut Response<'_>) -> Result<()> {
        self.write_all(&self.changes.resync()?, out);
        Ok(())
    }

    /// Writes waiting events, each after its code, and the code of the end. More may wait.
    pub(crate) fn events(&self, out: &mut Response<'_>) {
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
    }

    fn write(&self, event: Event<Vec<u8>, Doc>, out: &mut Response<'_>) {
        let mut code = event::CHANGE;
        let mut places = None;
        let (commit, key, old, new) = match event {
            Event::Inserted { commit, key, new } => (commit, key, None, Some(new)),
            Event::Updated { commit, key, old, new } => (commit, key, Some(old), Some(new)),
            Event::Deleted { commit, key, old } => (commit, key, Some(old), None),
            Event::Entered { commit, key, new, at } => {
                places = Some((at, at));
                (commit, key, None, Some(new))
            }
            Event::Changed { commit, key, old, new, from, to } => {
                places = Some((from, to));
                (commit, key, Some(old), Some(new))
            }
            Event::Left { commit, key, old, at } => {
                places = Some((at, at));
                (commit, key, Some(old), None)
            }
            Event::Unreadable { commit, key, old } => {
                code = event::UNREADABLE;
                (commit, key, Some(old), None)
            }
            Event::Discarded { commit, key } => {
                code = event::DISCARDED;
                (commit, key, None, None)
            }
            Event::Lagged { missed } => {
                out.byte(event::LAGGED);
                out.u64(missed);
                return;
            }
            _ => return,
        };
        match places {
            None => out.byte(code),
            Some((from, to)) => {
                out.byte(event::PLACED);
                out.u32(u32::try_from(from).unwrap_or(u32::MAX));
                out.u32(u32::try_from(to).unwrap_or(u32::MAX));
            }
        }
        out.u64(commit);
        self.write_key(&key, out);
        for side in [old, new] {
            out.flag(side.is_some());
            if let Some(doc) = side {
                self.opened.table.write_payload(&doc, out);
            }
        }
    }

    /// Writes the number of the entities, and their keys and payloads.
    fn write_all(&self, entries: &[(Vec<u8>, Doc)], out: &mut Response<'_>) {
        out.u32(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        for (key, doc) in entries {
            self.write_key(key, out);
            self.opened.table.write_payload(doc, out);
        }
    }

    fn write_key(&self, key: &[u8], out: &mut Response<'_>) {
        out.bytes(key.get(self.opened.scope.len()..).unwrap_or_default());
    }
}
