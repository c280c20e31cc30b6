//! `verify` and `reindex`: the indexes of tables.

use keyloft::catalog;
use keyloft::store::Mismatch;
use keyloft::untyped::UntypedTable;
use keyloft::{EntityReader, EntityRepair, EntityStore, StorageBackendExt};
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::{Database, Purpose};
use crate::failure::{End, Failure, Result};
use crate::output::{BAD, GOOD, Output};
use crate::text;

pub(super) fn verify(db: &str, tables: &[String], common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let names = match tables {
        [] => {
            let known = catalog::tables(&*database.backend.snapshot()?)?;
            known.iter().map(|(table, _)| table.name().to_owned()).collect()
        }
        names => names.to_vec(),
    };
    let mut documents = Vec::new();
    let mut is_clean = true;
    for name in names {
        let table = database.table(&name)?;
        let faults = table.verify()?;
        is_clean &= faults.is_empty();
        if output.json {
            let faults: Vec<Value> = faults.iter().map(|fault| fault_text(&table, fault).into()).collect();
            documents.push(json!({"table": name, "faults": faults}));
            continue;
        }
        let found = match u64::try_from(faults.len()).unwrap_or(u64::MAX) {
            0 => format!("{GOOD}ok{GOOD:#}"),
            count => format!("{BAD}{}{BAD:#}", text::count(count, "fault")),
        };
        output.line(format!("{}: {found}", text::one_line(name)))?;
        for fault in &faults {
            output.line(format!("  {}", fault_text(&table, fault)))?;
        }
    }
    if output.json {
        output.json(&documents.into())?;
    } else if !is_clean {
        output.note("`keyloft reindex` repairs the faults of indexes");
    }
    Ok(End::when(is_clean))
}

/// Returns the text of a fault, with the key by its parts.
fn fault_text(table: &UntypedTable, fault: &Mismatch) -> String {
    let (Mismatch::Unreadable { key, .. }
    | Mismatch::NotCanonical { key }
    | Mismatch::Missing { key, .. }
    | Mismatch::Taken { key, .. }
    | Mismatch::Dangling { key, .. }
    | Mismatch::Stale { key, .. }) = fault
    else {
        return text::one_line(fault.to_string());
    };
    text::one_line(format!("{}: {fault}", table.key_text(key)))
}

pub(super) fn reindex(db: &str, name: &str, common: &Common, output: &mut Output) -> Result<End> {
    let table = Database::open(db, common, Purpose::Write)?.table(name)?;
    if let Some(obstacle) = table.obstacle() {
        return Err(Failure::Refused(format!("the indexes of `{name}` can't be built here: {obstacle}")));
    }
    let entries = table.backend().transaction(|tx| table.within(tx).reindex())?;
    output.either(&json!({"table": name, "entities": entries}), |output| {
        output.line(text::one_line(format!("{name}: indexed {}", text::count(entries, "entity"))))
    })?;
    Ok(End::Done)
}
