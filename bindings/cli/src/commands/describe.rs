//! `describe`: the definition and the sizes of a table.

use keyloft::EntityReader;
use keyloft::backend::Read;
use keyloft::catalog::{self, CatalogEntry, IndexState};
use keyloft::shape::{Node, Shape};
use keyloft::untyped::UntypedTable;
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::Database;
use crate::failure::{End, Result};
use crate::output::{FAINT, NAME, Output};
use crate::partitions;
use crate::text;

pub(super) fn run(db: &str, table: Option<&str>, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let names = if let Some(name) = table {
        vec![name.to_owned()]
    } else {
        let tables = catalog::tables(&*database.backend.snapshot()?)?;
        tables.iter().map(|(table, _)| table.name().to_owned()).collect()
    };
    let mut documents = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let table = database.table(name)?;
        let document = document(&table, &*database.backend.snapshot()?)?;
        if !output.json {
            if place > 0 {
                output.line("")?;
            }
            print(&document, output)?;
        }
        documents.push(document);
    }
    if output.json {
        match (table, documents.pop()) {
            (Some(_), Some(document)) => output.json(&document)?,
            (_, last) => {
                documents.extend(last);
                output.json(&Value::from(documents))?;
            }
        }
    }
    Ok(End::Done)
}

fn document(table: &UntypedTable, reader: &dyn Read) -> Result<Value> {
    let CatalogEntry { definition, oldest, .. } = table.entry();
    let rows = partitions::size(reader, table.partition())?;
    let mut indexes = Vec::new();
    for index in &definition.indexes {
        let size = partitions::size(reader, &table.partition().of_index(&index.name))?;
        let state = match table.entry().state_of(&index.name) {
            Some(IndexState::Built) | None => "built",
            Some(IndexState::Clearing) => "being cleared",
            Some(IndexState::Building) => "being built",
        };
        indexes.push(json!({
            "name": index.name, "definition": index.to_string(), "state": state, "entries": size.entries,
            "bytes": size.bytes,
        }));
    }
    Ok(json!({
        "table": table.partition().name(),
        "rows": rows.entries,
        "bytes": rows.bytes,
        "key": definition.key.to_string(),
        "key_fields": definition.key_fields,
        "version": definition.version,
        "oldest": oldest,
        "entity": definition.entity.as_ref().map(ToString::to_string),
        "fields": definition.entity.as_ref().map(fields),
        "expires": definition.expires,
        "indexes": indexes,
        "settled": table.entry().is_settled(),
        "obstacle": table.obstacle(),
    }))
}

/// Returns the fields of a struct, each with its type.
fn fields(shape: &Shape) -> Value {
    let Node::Struct(fields) = shape.root() else { return Value::Null };
    let fields = fields.iter().map(|field| json!([field.name, shape.words(field.node).to_string()]));
    fields.collect()
}

fn print(document: &Value, output: &mut Output) -> Result<()> {
    let text = |name: &str| match document.get(name) {
        Some(Value::String(text)) => text::one_line(text.clone()),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let count = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or_default();
    let mut line = |name: &str, value: String| match value.as_str() {
        "" => Ok(()),
        value => output.line(format!("  {FAINT}{name:<8}{FAINT:#} {value}")),
    };
    let rows = text::count(count(document.get("rows")), "row");
    line(
        "table",
        format!("{NAME}{}{NAME:#}, {rows}, {}", text("table"), text::bytes(count(document.get("bytes")))),
    )?;
    let own = document.get("key_fields").and_then(Value::as_array).filter(|fields| !fields.is_empty());
    let own = own.map(|fields| {
        let names: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
        format!(" of the fields {}", names.join(", "))
    });
    line("key", text("key") + &own.unwrap_or_default())?;
    let version = match (text("version"), text("oldest")) {
        (version, oldest) if version == oldest => version,
        (version, oldest) if oldest == "0" => {
            format!("{version}, and rows that were written without a table")
        }
        (version, oldest) => format!("{version}, and rows since version {oldest}"),
    };
    line("version", version)?;
    match document.get("fields").and_then(Value::as_array) {
        Some(fields) => {
            for (place, field) in fields.iter().enumerate() {
                let part = |at: usize| {
                    text::one_line(field.get(at).and_then(Value::as_str).unwrap_or_default().to_owned())
                };
                line(if place == 0 { "entity" } else { " " }, format!("{}: {}", part(0), part(1)))?;
            }
        }
        None if document.get("entity").is_some_and(Value::is_string) => line("entity", text("entity"))?,
        None => line("entity", "unknown: its type has no shape in the catalog".into())?,
    }
    line("expires", text("expires"))?;
    for index in document.get("indexes").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| {
            text::one_line(index.get(name).and_then(Value::as_str).unwrap_or_default().to_owned())
        };
        let state = match part("state").as_str() {
            "built" => String::new(),
            state => format!(", {state}"),
        };
        let entries = text::count(count(index.get("entries")), "entry");
        let size = text::bytes(count(index.get("bytes")));
        line(
            "index",
            format!("{NAME}{}{NAME:#}, {}: {entries}, {size}{state}", part("name"), part("definition")),
        )?;
    }
    if document.get("settled") == Some(&Value::Bool(false)) {
        line("state", "a migration is not complete".into())?;
    }
    match text("obstacle") {
        obstacle if obstacle.is_empty() => Ok(()),
        obstacle => line("writes", format!("refused here: {obstacle}")),
    }
}
