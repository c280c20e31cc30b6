//! Rows of a table, for people and for programs.

use keyloft::untyped::{UntypedEntity, UntypedTable};
use serde_json::{Map, Value, json};

use crate::failure::{End, Result};
use crate::output::{FAINT, KEY, Output};
use crate::text::{Columns, one_line};

/// The number of rows whose widths decide on the columns of a terminal.
const AT_ONCE: usize = 200;

/// Returns the entity as JSON. An entity whose shape is unknown is its version and its bytes.
pub(crate) fn value_of(table: &UntypedTable, entity: &UntypedEntity) -> Value {
    let json = table.to_json(entity).and_then(|json| serde_json::from_str(&json).ok());
    json.unwrap_or_else(|| json!({"version": entity.version, "bytes": hex::encode(&entity.payload)}))
}

/// Returns a row as a document.
pub(crate) fn document(table: &UntypedTable, key: &[u8], entity: &UntypedEntity) -> Value {
    json!({"key": table.key_text(key), "value": value_of(table, entity)})
}

/// Prints the rows. On a terminal they are a table, in a pipe a line of key and JSON each.
///
/// A row that can't be read is told on the standard error, and the answer is "no".
pub(crate) fn print(
    table: &UntypedTable,
    rows: impl Iterator<Item = keyloft::Result<(Vec<u8>, UntypedEntity)>>,
    output: &mut Output,
) -> Result<End> {
    let mut end = End::Done;
    let mut printer = Printer { table, page: Vec::new() };
    for row in rows {
        match row {
            Ok((key, entity)) => printer.row(&key, &entity, output)?,
            Err(error) => {
                printer.flush(output)?;
                output.failure(&error.into());
                end = End::No;
            }
        }
    }
    printer.flush(output)?;
    Ok(end)
}

struct Printer<'a> {
    table: &'a UntypedTable,
    page: Vec<(String, Value)>,
}

impl Printer<'_> {
    fn row(&mut self, key: &[u8], entity: &UntypedEntity, output: &mut Output) -> Result<()> {
        if output.json {
            return output.json(&document(self.table, key, entity));
        }
        let (key, value) = (self.table.key_text(key), value_of(self.table, entity));
        if output.width.is_none() {
            return output.line(format!("{}\t{value}", one_line(key)));
        }
        self.page.push((key, value));
        if self.page.len() == AT_ONCE { self.flush(output) } else { Ok(()) }
    }

    fn flush(&mut self, output: &mut Output) -> Result<()> {
        if self.page.is_empty() {
            return Ok(());
        }
        let mut names: Vec<String> = Vec::new();
        for (_, value) in &self.page {
            for name in value.as_object().into_iter().flat_map(Map::keys) {
                if !names.contains(name) && !self.table.definition().key_fields.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        let is_flat = names.is_empty();
        let mut columns = Columns::new(
            std::iter::once("key".to_owned()).chain(names.clone()).chain(is_flat.then(|| "value".to_owned())),
        );
        for (key, value) in self.page.drain(..) {
            let cells = names.iter().map(|name| value.get(name).map(cell).unwrap_or_default());
            let whole = is_flat.then(|| cell(&value));
            columns.row(std::iter::once(key).chain(cells).chain(whole));
        }
        columns.print(output)
    }
}

/// Returns a value as a cell of a table: a text without its quotes.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// Prints one entity: on a terminal a line for each field, in a pipe a line of JSON.
pub(crate) fn print_one(
    table: &UntypedTable,
    key: &[u8],
    entity: &UntypedEntity,
    output: &mut Output,
) -> Result<()> {
    if output.json {
        return output.json(&document(table, key, entity));
    }
    let value = value_of(table, entity);
    let Some(fields) = value.as_object().filter(|_| output.width.is_some()) else {
        return output.line(value.to_string());
    };
    output.line(format!("{KEY}{}{KEY:#}", one_line(table.key_text(key))))?;
    for (name, value) in fields {
        output.line(format!("  {FAINT}{name}:{FAINT:#} {}", one_line(cell(value))))?;
    }
    Ok(())
}
