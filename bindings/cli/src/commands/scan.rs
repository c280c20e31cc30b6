//! `scan`, `find` and `count`: many entities.

use keyloft::store::IndexReader;
use serde_json::json;

use crate::args::{Common, Select};
use crate::database::{Database, index_of};
use crate::failure::{End, Result};
use crate::keys;
use crate::output::Output;
use crate::rows;
use crate::select::Selection;
use crate::text;

pub(super) fn scan(
    db: &str,
    table: &str,
    select: &Select,
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let table = Database::read(db, common)?.table(table)?;
    let selection = Selection::new(&table, select)?;
    rows::print(&table, selection.rows()?, output)
}

pub(super) fn count(
    db: &str,
    table: &str,
    select: &Select,
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let table = Database::read(db, common)?.table(table)?;
    let count = Selection::new(&table, select)?.count()?;
    let width = output.width;
    output.either(&json!({ "count": count }), |output| match width {
        Some(_) => output.line(text::count(count, "row")),
        None => output.line(count.to_string()),
    })?;
    Ok(End::Done)
}

pub(super) fn find(
    db: &str,
    table: &str,
    index: &str,
    value: &[String],
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let table = Database::read(db, common)?.table(table)?;
    let index = index_of(&table, index)?;
    let value = keys::parse(&index.defined().value, value)?;
    let found = table.find_all(&index, &value)?;
    if found.is_empty() {
        let (shape, name) = (&index.defined().value, &index.defined().name);
        output.note(format!("no entity has {} in the index {name}", shape.describe(&value)));
        return Ok(End::No);
    }
    rows::print(&table, found.into_iter().map(Ok), output)
}
