//! `diff`: the differences between two databases.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use keyloft::Partition;
use keyloft::backend::{Direction, Entries, KeySpan, Read};
use keyloft::catalog::{self, CatalogEntry};
use serde_json::json;

use crate::args::Common;
use crate::database::Database;

use crate::failure::{End, Result};
use crate::output::{BAD, FAINT, GOOD, Output};
use crate::text;

pub(super) fn run(old: &str, new: &str, common: &Common, output: &mut Output) -> Result<End> {
    let (old, new) = (Database::read(old, common)?, Database::read(new, common)?);
    let (old, new) = (old.backend.snapshot()?, new.backend.snapshot()?);
    let mut partitions: BTreeSet<Partition> = old.partitions()?.into_iter().collect();
    partitions.extend(new.partitions()?);
    let mut counts = [0_u64; 3];
    for partition in partitions {
        // An index differs where its table does.
        if !partition.is_index() {
            compare(&partition, &*old, &*new, &mut counts, output)?;
        }
    }
    let [added, removed, changed] = counts;
    let is_equal = counts == [0; 3];
    if output.json {
        output.json(&json!({"added": added, "removed": removed, "changed": changed}))?;
    } else if is_equal {
        output.line("no differences")?;
    } else {
        output.note(format!(
            "{} added, {} removed, {} changed",
            text::number(added),
            text::number(removed),
            text::number(changed)
        ));
    }
    Ok(End::when(is_equal))
}

/// Compares a partition, both sides of which are in the order of their keys.
fn compare(
    partition: &Partition,
    old: &dyn Read,
    new: &dyn Read,
    counts: &mut [u64; 3],
    output: &mut Output,
) -> Result<()> {
    let entry = match catalog::table(new, partition)? {
        Some(entry) => Some(entry),
        None => catalog::table(old, partition)?,
    };
    let entries = |reader| Entries::at(reader, partition, KeySpan::ALL, Direction::Forward);
    let mut sides = [entries(old), entries(new)];
    let [before, after] = &mut sides;
    let (mut left, mut right) = (before.next().transpose()?, after.next().transpose()?);
    loop {
        let order = match (&left, &right) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        let (kind, key) = match order {
            Ordering::Less => (Some(Kind::Removed), left.as_ref()),
            Ordering::Greater => (Some(Kind::Added), right.as_ref()),
            Ordering::Equal => ((left != right).then_some(Kind::Changed), left.as_ref()),
        };
        if let (Some(kind), Some((key, _))) = (kind, key) {
            kind.tell(partition, &key_text(partition, entry.as_ref(), key), counts, output)?;
        }
        if order.is_le() {
            left = before.next().transpose()?;
        }
        if order.is_ge() {
            right = after.next().transpose()?;
        }
    }
}

/// Returns the text of a key, by the parts that the catalog knows.
fn key_text(partition: &Partition, entry: Option<&CatalogEntry>, key: &[u8]) -> String {
    match entry {
        Some(entry) => entry.definition.key.describe(key),
        // The keys of the catalog are the names of tables.
        None if partition.is_catalog() => String::from_utf8_lossy(key).into_owned(),
        None => keyloft::key::KeyShape::Unknown.describe(key),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Added,
    Removed,
    Changed,
}

impl Kind {
    fn tell(
        self,
        partition: &Partition,
        key: &str,
        counts: &mut [u64; 3],
        output: &mut Output,
    ) -> Result<()> {
        let [added, removed, changed] = counts;
        let (count, name, sign, style) = match self {
            Self::Added => (added, "added", '+', GOOD),
            Self::Removed => (removed, "removed", '-', BAD),
            Self::Changed => (changed, "changed", '~', FAINT),
        };
        *count += 1;
        let table = partition.name();
        let document = json!({"table": table, "key": key, "difference": name});
        output.either(&document, |output| {
            output.line(format!("{style}{sign}{style:#} {table} {}", text::one_line(key.to_owned())))
        })
    }
}
