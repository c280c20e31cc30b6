//! `watch`: the changes as they are committed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use keyloft::EntityReader;
use keyloft::Partition;
use keyloft::backend::{Direction, Entries, KeySpan};
use keyloft::catalog;
use keyloft::layers::{ChangeLog, LogScope, Logged, LoggedChange, LoggedValue};
use keyloft::untyped::{UntypedEntity, UntypedTable};
use keyloft::value::Envelope;
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::Database;

use crate::failure::{End, Failure, Result};
use crate::output::{BAD, FAINT, GOOD, Output};
use crate::rows;
use crate::text;

/// The number of changes that are read from the log at once.
const BATCH: usize = 1_000;

/// The changes to print.
pub(super) struct Watch<'a> {
    pub(super) tables: &'a [String],
    pub(super) after: Option<u64>,
    pub(super) limit: Option<u64>,
    pub(super) every: f64,
}

pub(super) fn run(db: &str, watch: &Watch<'_>, common: &Common, output: &mut Output) -> Result<End> {
    let every = Duration::try_from_secs_f64(watch.every)
        .map_err(|error| Failure::usage(format!("--every is no number of seconds: {error}")))?;
    let database = Database::read(db, common)?;
    let log = Logged::new(Arc::clone(&database.backend), Arc::new(|| 0_i64)).log();
    let mut printer = Printer { database: &database, tables: BTreeMap::new(), left: watch.limit, output };
    let has_log = log.newest()? > 0;
    match (has_log, watch.after) {
        (false, Some(_)) => Err(Failure::usage(
            "--after is for a change log, and the database has none: see `Logged` in the library",
        )),
        (_, None) if !database.engine.is_shared() => Err(Failure::usage(
            "nothing would change: while this command has the file open, no other program can write it; --after prints \
             the changes of its log",
        )),
        (true, _) => follow(&log, watch, every, &mut printer),
        (false, None) => compare(&database, watch, every, &mut printer),
    }
}

/// Prints the changes of the log. It ends with the newest one if no other program can make another.
fn follow(log: &ChangeLog, watch: &Watch<'_>, every: Duration, printer: &mut Printer<'_>) -> Result<End> {
    let mut position = match watch.after {
        Some(after) => after,
        None => log.newest()?,
    };
    let scopes: Vec<LogScope> = match watch.tables {
        [] => vec![LogScope::all()],
        names => names.iter().map(|name| LogScope::partition(name.as_str())).collect(),
    };
    loop {
        let batch = log.read(&scopes, position, BATCH)?;
        for entry in batch.entries {
            if entry.partition.is_index() || entry.partition.is_catalog() {
                continue;
            }
            let (kind, value) = match &entry.change {
                LoggedChange::Put(LoggedValue::Value(stored)) => (Kind::Put, Some(stored.as_slice())),
                LoggedChange::Put(LoggedValue::Digest(_)) => (Kind::Put, None),
                LoggedChange::Delete => (Kind::Delete, None),
            };
            if printer.change(Some(entry.version), &entry.partition, &entry.key, kind, value)? {
                return Ok(End::Done);
            }
        }
        position = batch.position;
        if !batch.has_more {
            printer.output.flush()?;
            if !printer.database.engine.is_shared() {
                return Ok(End::Done);
            }
            log.wait(position, every);
        }
    }
}

/// Prints the differences between the tables now and some time later, again and again.
fn compare(
    database: &Database,
    watch: &Watch<'_>,
    every: Duration,
    printer: &mut Printer<'_>,
) -> Result<End> {
    let mut before = read(database, watch.tables)?;
    loop {
        printer.output.flush()?;
        thread::sleep(every);
        let now = read(database, watch.tables)?;
        for ((partition, key), value) in &now {
            if before.get(&(partition.clone(), key.clone())) != Some(value)
                && printer.change(None, partition, key, Kind::Put, Some(value))?
            {
                return Ok(End::Done);
            }
        }
        for (partition, key) in before.keys() {
            if !now.contains_key(&(partition.clone(), key.clone()))
                && printer.change(None, partition, key, Kind::Delete, None)?
            {
                return Ok(End::Done);
            }
        }
        before = now;
    }
}

type State = BTreeMap<(Partition, Vec<u8>), Vec<u8>>;

/// Reads the tables, or all of them.
fn read(database: &Database, tables: &[String]) -> Result<State> {
    let snapshot = database.backend.snapshot()?;
    let partitions: Vec<Partition> = match tables {
        [] => catalog::tables(&*snapshot)?.into_iter().map(|(table, _)| table).collect(),
        names => names.iter().map(|name| Partition::from(name.as_str())).collect(),
    };
    let mut state = State::new();
    for partition in partitions {
        for entry in Entries::at(&*snapshot, &partition, KeySpan::ALL, Direction::Forward) {
            let (key, value) = entry?;
            state.insert((partition.clone(), key), value);
        }
    }
    Ok(state)
}

#[derive(Clone, Copy)]
enum Kind {
    Put,
    Delete,
}

/// Prints changes, up to a number of them.
struct Printer<'a> {
    database: &'a Database,
    tables: BTreeMap<Partition, Option<UntypedTable>>,
    left: Option<u64>,
    output: &'a mut Output,
}

impl Printer<'_> {
    /// Prints a change. Returns `true` if it is the last one.
    fn change(
        &mut self,
        version: Option<u64>,
        partition: &Partition,
        key: &[u8],
        kind: Kind,
        stored: Option<&[u8]>,
    ) -> Result<bool> {
        if !self.tables.contains_key(partition) {
            let table = UntypedTable::open(Arc::clone(&self.database.backend), partition)?;
            self.tables.insert(partition.clone(), table);
        }
        let table = self.tables.get(partition).and_then(Option::as_ref);
        let key_text =
            table.map_or_else(|| keyloft::key::KeyShape::Unknown.describe(key), |table| table.key_text(key));
        let value = table.zip(stored).and_then(|(table, stored)| value(table, key, stored));
        let (name, sign, style) = match kind {
            Kind::Put => ("put", '+', GOOD),
            Kind::Delete => ("delete", '-', BAD),
        };
        let document = json!({
            "version": version, "table": partition.name(), "key": key_text, "change": name, "value": value,
        });
        let width = self.output.width;
        self.output.either(&document, |output| {
            let version = version.map(|version| format!("{FAINT}{version}{FAINT:#} ")).unwrap_or_default();
            let value = value.map(|value| format!(" {value}")).unwrap_or_default();
            let line = text::one_line(format!("{} {key_text}{value}", partition.name()));
            let line = width.map_or_else(|| line.clone(), |width| text::cut(&line, width.saturating_sub(12)));
            output.line(format!("{version}{style}{sign}{style:#} {line}"))
        })?;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        Ok(self.left == Some(0))
    }
}

/// Returns the entity in stored bytes.
fn value(table: &UntypedTable, key: &[u8], stored: &[u8]) -> Option<Value> {
    let envelope = Envelope::open(table.partition(), key, stored).ok()?;
    let entity = UntypedEntity { version: envelope.version, payload: envelope.payload.to_vec() };
    Some(rows::value_of(table, &entity))
}
