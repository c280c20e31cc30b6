//! The comparison of a program's definition with the stored one, in words.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{DefinedIndex, TableDefinition};
use crate::excerpt::both_sides;

/// The differences between a program's definition of a table and the stored one.
#[derive(Default)]
pub(crate) struct Difference {
    texts: Vec<String>,
    remedy: Option<&'static str>,
}

const NEWER: &str = "run a newer program";
const MIGRATE: &str = "call `migrate` to move the table to this program's definition";
const RAISE_VERSION: &str = "raise the schema version and upgrade values of the old one, then call `migrate`; or keep the stored fields";
const REKEY: &str = "move the rows with `Migration::rekey`, or use another table";
const DROP_INDEX: &str = "run a program that has it, or drop it with `Migration::drop_index`";
const ENVELOPE: &str = "open the table as it was written, or use another table";

impl Difference {
    /// Compares the program's definition with the stored one.
    pub(crate) fn between(program: &TableDefinition, stored: &TableDefinition) -> Self {
        Self::beyond(program, stored, false, &|_| false)
    }

    /// Compares the program's definition with the stored one, except for the keys, if they change, and the stored indexes
    /// that may be dropped.
    pub(crate) fn beyond(
        program: &TableDefinition,
        stored: &TableDefinition,
        changes_keys: bool,
        may_drop: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut found = Self::default();
        if program.has_envelope != stored.has_envelope {
            let form = |has_envelope| if has_envelope { "entities of a table" } else { "plain bytes" };
            let (stored, program) = (form(stored.has_envelope), form(program.has_envelope));
            found.add(both_sides("its values are", &stored, &program), ENVELOPE);
        }
        if !changes_keys && let Some(difference) = program.key.difference(&stored.key) {
            // A program of an older version must not change the keys back.
            let remedy = if program.key.extends(&stored.key) {
                MIGRATE
            } else if program.version < stored.version || stored.key.extends(&program.key) {
                NEWER
            } else {
                REKEY
            };
            found.add(difference, remedy);
        }
        if program.version != stored.version {
            let (stored, program) = (stored.version, program.version);
            let remedy = if program < stored { NEWER } else { MIGRATE };
            found.add(both_sides("its schema version is", &stored, &program), remedy);
        } else if let (Some(program), Some(stored)) = (&program.entity, &stored.entity)
            && let Some(difference) = program.difference(stored)
        {
            let remedy = if program.extends(stored) {
                MIGRATE
            } else if stored.extends(program) {
                NEWER
            } else {
                RAISE_VERSION
            };
            found.add(difference, remedy);
        }
        if program.version == stored.version {
            found.compare_key_fields(&program.key_fields, &stored.key_fields);
        }
        found.compare_indexes(program, stored, may_drop);
        found
    }

    /// Compares the fields that are the key. A side that does not know them agrees with the other.
    fn compare_key_fields(&mut self, program: &[String], stored: &[String]) {
        if program != stored && !program.is_empty() && !stored.is_empty() {
            let fields = |fields: &[String]| format!("of `{}`", fields.join("`, `"));
            self.add(both_sides("its key is made", &fields(stored), &fields(program)), REKEY);
        }
    }

    fn compare_indexes(
        &mut self,
        program: &TableDefinition,
        stored: &TableDefinition,
        may_drop: &dyn Fn(&str) -> bool,
    ) {
        for index in &program.indexes {
            let DefinedIndex { name, revision, .. } = index;
            match stored.index(name) {
                None => self
                    .add(format!("this program has the index `{name}`, which the database lacks"), MIGRATE),
                Some(same) if index.agrees_with(same) => {}
                Some(other) => {
                    let remedy = if *revision < other.revision { NEWER } else { MIGRATE };
                    self.add(both_sides(&format!("index `{name}` is"), other, index), remedy);
                }
            }
        }
        for DefinedIndex { name, .. } in &stored.indexes {
            if program.index(name).is_none() && !may_drop(name) {
                self.add(
                    format!("the database has the index `{name}`, which this program lacks"),
                    DROP_INDEX,
                );
            }
        }
    }

    /// Adds a difference. The first remedy that no call of `migrate` can replace is kept.
    fn add(&mut self, text: String, remedy: &'static str) {
        self.texts.push(text);
        if self.remedy.is_none_or(|before| before == MIGRATE) {
            self.remedy = Some(remedy);
        }
    }

    /// Returns the differences and the remedy, or `None` if the definitions agree.
    pub(crate) fn found(self) -> Option<(String, &'static str)> {
        let Self { texts, remedy } = self;
        remedy.map(|remedy| (texts.join("; "), remedy))
    }

    /// Returns `true` if `migrate` can move the stored definition to the program's.
    pub(crate) fn is_movable(&self) -> bool {
        self.remedy.is_none_or(|remedy| remedy == MIGRATE)
    }
}

#[cfg(test)]
mod tests;
