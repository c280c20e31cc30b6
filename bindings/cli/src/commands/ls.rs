//! `ls`: the tables.

use keyloft::backend::{KeyRange, Read};
use keyloft::catalog;
use serde_json::json;

use crate::args::Common;
use crate::database::Database;
use crate::failure::{End, Result};
use crate::output::Output;
use crate::text::{Columns, number};

pub(super) fn run(db: &str, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let snapshot = database.backend.snapshot()?;
    let mut columns = Columns::new(["table", "rows", "version", "key", "indexes", "state"]);
    let mut tables = Vec::new();
    let known = catalog::tables(&*snapshot)?;
    for (partition, entry) in &known {
        let rows = snapshot.count(partition, KeyRange::ALL)?;
        let definition = &entry.definition;
        let indexes: Vec<&str> = definition.indexes.iter().map(|index| index.name.as_str()).collect();
        let state = if entry.is_settled() { "" } else { "migrating" };
        columns.row([
            partition.name().to_owned(),
            number(rows),
            definition.version.to_string(),
            definition.key.to_string(),
            indexes.join(", "),
            state.to_owned(),
        ]);
        tables.push(json!({
            "table": partition.name(), "rows": rows, "version": definition.version, "key": definition.key.to_string(),
            "indexes": indexes, "settled": entry.is_settled(),
        }));
    }
    let others = others(&*snapshot, &known)?;
    let document = json!({"tables": tables, "others": others});
    output.either(&document, |output| {
        if known.is_empty() {
            output.note("the catalog has no tables");
        } else {
            columns.print(output)?;
        }
        if !others.is_empty() {
            output.note(format!(
                "partitions without a table in this catalog: {}; --scope looks into a scope",
                others.join(", ")
            ));
        }
        Ok(())
    })?;
    Ok(End::Done)
}

/// Returns the partitions that belong to no table, such as those of other scopes.
fn others(reader: &dyn Read, known: &[(keyloft::Partition, catalog::CatalogEntry)]) -> Result<Vec<String>> {
    let mut others = Vec::new();
    for partition in reader.partitions()? {
        let is_known = partition.is_catalog()
            || known.iter().any(|(table, _)| partition == *table || partition.is_index_of(table));
        if !is_known {
            others.push(partition.as_str().to_owned());
        }
    }
    Ok(others)
}
