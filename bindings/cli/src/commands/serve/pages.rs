//! The pages: the tables, the rows of a table, a row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::str::FromStr;

use form_urlencoded::Serializer;
use keyloft::backend::KeyRange;
use keyloft::catalog;
use keyloft::store::IndexReader;
use keyloft::untyped::UntypedTable;
use keyloft::{Cursor, EntityReader, Prefix, Query};
use serde_json::Value;

use super::html::{document, escape};
use crate::database::{Database, index_of};
use crate::failure::{Failure, Result};
use crate::keys;
use crate::rows;
use crate::text;

/// The rows of a page.
const ROWS: usize = 50;

/// A page of HTML.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) html: String,
}

impl Page {
    pub(super) fn not_found() -> Self {
        Self { status: 404, html: document("not found", "<h1>There is no such page.</h1>") }
    }
}

/// The arguments in an address.
type Arguments = BTreeMap<String, String>;

/// Returns the page of an address, without the token.
pub(super) fn page(database: &Database, name: &str, address: &str) -> Page {
    let (path, arguments) = address.split_once('?').unwrap_or((address, ""));
    let arguments: Arguments = form_urlencoded::parse(arguments.as_bytes()).into_owned().collect();
    let html = match path {
        "" => tables(database, name),
        "table" => table(database, &arguments),
        "row" => row(database, &arguments),
        _ => return Page::not_found(),
    };
    html.map_or_else(failure, |html| Page { status: 200, html })
}

#[allow(clippy::needless_pass_by_value)] // for `map_or_else`
fn failure(failure: Failure) -> Page {
    let status = if matches!(failure, Failure::Usage(_)) { 404 } else { 500 };
    let text = escape(&failure.to_string());
    let body = format!("<p><a href=./>all tables</a></p><h1 class=bad>{text}</h1>");
    Page { status, html: document("error", &body) }
}

fn tables(database: &Database, name: &str) -> Result<String> {
    let snapshot = database.backend.snapshot()?;
    let mut lines = String::new();
    for (partition, entry) in catalog::tables(&*snapshot)? {
        let rows = text::number(snapshot.count(&partition, KeyRange::ALL)?);
        let indexes: Vec<&str> = entry.definition.indexes.iter().map(|index| index.name.as_str()).collect();
        let _never_fails = write!(
            lines,
            "<tr><td><a href=\"{}\">{}</a><td class=number>{rows}<td>{}<td>{}",
            link("table", &[("name", partition.name())]),
            escape(partition.name()),
            escape(&entry.definition.key.to_string()),
            escape(&indexes.join(", ")),
        );
    }
    let body = format!(
        "<h1>{}</h1><div class=scroll><table><tr><th>table<th>rows<th>key<th>indexes{lines}</table></div>",
        escape(name)
    );
    Ok(document(name, &body))
}

/// Returns a page of the rows of a table: by key or by an index, from a prefix or all.
fn table(database: &Database, arguments: &Arguments) -> Result<String> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let name = argument("name");
    let table = database.table(name)?;
    let by = argument("by");
    let index = if by.is_empty() { None } else { Some(index_of(&table, by)?) };
    let shape = index.as_ref().map_or(&table.definition().key, |index| &index.defined().value);
    let prefix = argument("prefix");
    let mut query = Query::all();
    if !prefix.is_empty() {
        let parts: Vec<String> = prefix.split(' ').map(str::to_owned).collect();
        query = Query::prefix(Prefix::of(&*keys::parse_prefix(shape, &parts)?));
    }
    let reverse = argument("reverse");
    if !reverse.is_empty() {
        query = query.reverse();
    }
    let after = match argument("after") {
        "" => None,
        after => Some(Cursor::from_str(after)?),
    };
    let page = match &index {
        Some(index) => table.page_readable_by(index, query, ROWS, after.as_ref())?,
        None => table.page_readable(query, ROWS, after.as_ref())?,
    };
    let mut body = format!(
        "<p><a href=./>all tables</a></p><h1>{}</h1>{}{}",
        escape(name),
        definition(&table)?,
        form(&table, by, prefix, reverse)
    );
    for skipped in &page.skipped {
        let _never_fails = write!(body, "<p class=bad>{}</p>", escape(&skipped.error.to_string()));
    }
    body.push_str(&lines(&table, name, &page.entries));
    if let Some(next) = &page.next {
        let next = next.to_string();
        let next = [("name", name), ("by", by), ("prefix", prefix), ("reverse", reverse), ("after", &next)];
        let next = link("table", &next);
        let _never_fails = write!(body, "<nav><a href=\"{next}\">next rows</a></nav>");
    }
    Ok(document(name, &body))
}

/// Returns the definition of the table in a line.
fn definition(table: &UntypedTable) -> Result<String> {
    let definition = table.definition();
    let rows = text::count(table.count()?, "row");
    let entity = definition.entity.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let line =
        format!("{rows}, keys of {}, version {}, entities of {entity}", definition.key, definition.version);
    Ok(format!("<p class=faint>{}</p>", escape(&line)))
}

/// Returns the choice of an index, a prefix and an order.
fn form(table: &UntypedTable, by: &str, prefix: &str, reverse: &str) -> String {
    let mut options = "<option value=\"\">by key".to_owned();
    for index in table.indexes() {
        let name = &index.defined().name;
        let selected = if name == by { " selected" } else { "" };
        let name = escape(name);
        let _never_fails = write!(options, "<option value=\"{name}\"{selected}>by {name}");
    }
    format!(
        "<form action=table><input type=hidden name=name value=\"{}\"><select name=by>{options}</select>\
         <input name=prefix placeholder=\"begins with\" value=\"{}\"><label><input type=checkbox name=reverse value=1{}> \
         last first</label><button>Show</button></form>",
        escape(table.partition().name()),
        escape(prefix),
        if reverse.is_empty() { "" } else { " checked" }
    )
}

fn lines(table: &UntypedTable, name: &str, entries: &[(Vec<u8>, keyloft::untyped::UntypedEntity)]) -> String {
    if entries.is_empty() {
        return "<p class=faint>no rows</p>".into();
    }
    let values: Vec<Value> = entries.iter().map(|(_, entity)| rows::value_of(table, entity)).collect();
    let mut fields: Vec<&String> = Vec::new();
    for field in values.iter().filter_map(Value::as_object).flat_map(|value| value.keys()) {
        // The fields of the key are in the first column.
        if !fields.contains(&field) && !table.definition().key_fields.contains(field) {
            fields.push(field);
        }
    }
    let mut html = "<div class=scroll><table><tr><th>key".to_owned();
    for field in &fields {
        let _never_fails = write!(html, "<th>{}", escape(field));
    }
    if fields.is_empty() {
        html.push_str("<th>value");
    }
    for ((key, _), value) in entries.iter().zip(&values) {
        let text = table.key_text(key);
        let address = link("row", &[("name", name), ("key", &text)]);
        let _never_fails = write!(html, "<tr><td><a href=\"{address}\">{}</a>", escape(&text));
        let cells = fields.iter().map(|field| value.get(field.as_str()));
        for cell in cells.chain(fields.is_empty().then_some(Some(value))) {
            let _never_fails = write!(html, "<td>{}", escape(&cell.map(shown).unwrap_or_default()));
        }
    }
    html + "</table></div>"
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn row(database: &Database, arguments: &Arguments) -> Result<String> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let (name, text) = (argument("name"), argument("key"));
    let table = database.table(name)?;
    let key = table.key_from_text(text)?;
    let Some(entity) = table.get(&key)? else {
        return Err(Failure::usage(format!("no entity of `{name}` has the key {text}")));
    };
    let body = format!(
        "<p><a href=./>all tables</a> · <a href=\"{}\">{}</a></p><h1>{}</h1><pre>{}</pre>",
        link("table", &[("name", name)]),
        escape(name),
        escape(text),
        escape(&format!("{:#}", rows::value_of(&table, &entity)))
    );
    Ok(document(text, &body))
}

/// Returns a relative address, escaped for an attribute.
fn link(path: &str, arguments: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(arguments.iter().filter(|(_, value)| !value.is_empty()));
    escape(&format!("{path}?{}", query.finish()))
}
