//! [`Moved`]: a table whose definition changes by migrations.

use std::sync::Arc;

use keyloft::catalog::Migration;
use keyloft::prelude::*;

use crate::failure::{Outcome, same};

/// A name and a number.
type Line = (String, u32);

const NAME: UniqueIndex<Line, String> = UniqueIndex::new("name", |line| Some(line.0.clone()));
const GROUP: Index<Line, u32> = Index::new("group", |line| Some(line.1 % 5));

/// The definitions of the table, each of which is migrated into the next, and the last into the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// One index.
    Plain,
    /// One more.
    Grouped,
    /// Other keys.
    Rekeyed,
}

impl Moved {
    /// Fills the table by the first definition.
    pub(crate) fn fill(backend: &Arc<dyn StorageBackend>, lines: u32) -> Result<()> {
        let table = Table::with_schema(backend.clone(), plain());
        table.load((0..lines).map(|id| (id, line(id)))).map(drop)
    }

    const NAMES: [(&'static str, Self); 3] =
        [("plain", Self::Plain), ("grouped", Self::Grouped), ("rekeyed", Self::Rekeyed)];

    /// Returns the name, for a command line.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, moved)| *moved == self).map_or("", |(name, _)| name)
    }

    /// Returns the definition with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(of, _)| *of == name).map(|(_, moved)| *moved)
    }

    /// Returns the definition after this one.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Plain => Self::Grouped,
            Self::Grouped => Self::Rekeyed,
            Self::Rekeyed => Self::Plain,
        }
    }

    /// Migrates the table from the definition before this one.
    pub(crate) fn migrate(self, backend: &Arc<dyn StorageBackend>) -> Result<()> {
        let migration = Migration::new(backend.clone()).drop_unknown_indexes();
        match self {
            Self::Plain => migration.rekey(&rekeyed(), &plain(), |(_, id), _| Ok(id)).run(),
            Self::Grouped => migration.table(&grouped()).run(),
            Self::Rekeyed => migration.rekey(&grouped(), &rekeyed(), |id, _| Ok((id % 3, id))).run(),
        }
    }

    /// Compares the table with the lines that it was filled with.
    pub(crate) fn compare(self, backend: &Arc<dyn StorageBackend>, lines: u32) -> Outcome {
        match self {
            Self::Plain => compare(backend, plain(), lines, |id| id),
            Self::Grouped => compare(backend, grouped(), lines, |id| id),
            Self::Rekeyed => compare(backend, rekeyed(), lines, |id| (id % 3, id)),
        }
    }
}

fn compare<K: StorageKey + Clone + Ord + PartialEq + std::fmt::Debug>(
    backend: &Arc<dyn StorageBackend>,
    schema: Schema<K, Line>,
    lines: u32,
    key: impl Fn(u32) -> K,
) -> Outcome {
    let table = Table::with_schema(backend.clone(), schema);
    let mut expected: Vec<(K, Line)> = (0..lines).map(|id| (key(id), line(id))).collect();
    expected.sort();
    same("the migrated table", &table.scan_all()?, &expected)?;
    for id in 0..lines {
        let found = table.find(&NAME, &line(id).0)?;
        same("a line by its name", &found, &Some((key(id), line(id))))?;
    }
    let mismatches: Vec<String> = table.verify()?.iter().map(|found| format!("{found:?}")).collect();
    same("the mismatches of the migrated table", &mismatches, &Vec::new())
}

fn line(id: u32) -> Line {
    (format!("line {id}"), id)
}

fn plain() -> Schema<u32, Line> {
    Schema::new("moved").index(NAME)
}

fn grouped() -> Schema<u32, Line> {
    Schema::new("moved").index(NAME).index(GROUP)
}

fn rekeyed() -> Schema<(u32, u32), Line> {
    Schema::new("moved").index(NAME).index(GROUP)
}
