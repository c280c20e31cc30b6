//! `put` and `delete`: changes of one entity.

use std::io::{self, IsTerminal as _, Read as _};

use keyloft::untyped::{UntypedEntity, UntypedTable};
use keyloft::{EntityReader, EntityStore, EntityWriter, ErrorKind, StorageBackendExt};
use serde_json::json;

use crate::args::Common;
use crate::database::{Database, Purpose};
use crate::failure::{End, Failure, Result};
use crate::keys;
use crate::output::{BAD, GOOD, Output, confirm};
use crate::rows;
use crate::text::one_line;

/// The entity that a command changes.
pub(super) struct Target<'a> {
    pub(super) db: &'a str,
    pub(super) table: &'a str,
    pub(super) key: &'a [String],
}

impl Target<'_> {
    /// Opens the table, which must be one that can be written here.
    pub(super) fn open(&self, common: &Common) -> Result<UntypedTable> {
        let table = Database::open(self.db, common, Purpose::Write)?.table(self.table)?;
        match table.obstacle() {
            Some(obstacle) => {
                Err(Failure::Refused(format!("table `{}` can't be written here: {obstacle}", self.table)))
            }
            None => Ok(table),
        }
    }
}

pub(super) fn put(
    target: &Target<'_>,
    value: &str,
    yes: bool,
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let table = target.open(common)?;
    let json = if value == "-" {
        let mut json = String::new();
        if io::stdin().is_terminal() {
            output.note("type the entity as JSON, and end it with Ctrl-D");
        }
        let read = io::stdin().read_to_string(&mut json);
        read.map_err(|error| Failure::Io("cannot read the entity from the standard input".into(), error))?;
        json
    } else {
        value.to_owned()
    };
    let key = match target.key {
        [] => own_key(&table, &json)?,
        key => keys::parse(&table.definition().key, key)?,
    };
    let entity = entity_of(&table, &key, &json)?;
    let old = table.get(&key)?;
    if let Some(old) = &old {
        if *old == entity {
            return told(&table, &key, "unchanged", output);
        }
        show(&table, old, &entity);
        confirm(&format!("Replace the entity of key {}?", table.key_text(&key)), yes)?;
    }
    store(&table, &key, old.as_ref(), Some(&entity))?;
    told(&table, &key, if old.is_some() { "replaced" } else { "added" }, output)
}

pub(super) fn delete(target: &Target<'_>, yes: bool, common: &Common, output: &mut Output) -> Result<End> {
    let table = target.open(common)?;
    let key = keys::parse(&table.definition().key, target.key)?;
    let Some(old) = table.get(&key)? else {
        output.note(format!("no entity has the key {}", table.key_text(&key)));
        return Ok(End::No);
    };
    if !yes {
        anstream::eprintln!("{BAD}- {BAD:#}{}", one_line(rows::value_of(&table, &old).to_string()));
    }
    confirm(&format!("Delete the entity of key {}?", table.key_text(&key)), yes)?;
    store(&table, &key, Some(&old), None)?;
    told(&table, &key, "deleted", output)
}

/// Returns the entity of JSON that a person has written.
pub(super) fn entity_of(table: &UntypedTable, key: &[u8], json: &str) -> Result<UntypedEntity> {
    table.from_json(key, json).map_err(|error| match error.kind() {
        // The error is made for the program that has the type.
        ErrorKind::Encode { reason, .. } => {
            Failure::usage(format!("the JSON is no entity of table `{}`: {reason}", table.partition().name()))
        }
        _ => error.into(),
    })
}

/// Returns the key that the entity contains.
fn own_key(table: &UntypedTable, json: &str) -> Result<Vec<u8>> {
    if table.definition().key_fields.is_empty() {
        return Err(Failure::usage("the entity does not contain its key: give the key after the table"));
    }
    let entity = entity_of(table, &[], json)?;
    table.definition().own_key(&entity.payload).ok_or_else(|| {
        Failure::usage("the key can't be computed from the entity: give the key after the table")
    })
}

/// Stores the new entity in the place of the old one, which a person has seen. Refuses if it is another one by now.
pub(super) fn store(
    table: &UntypedTable,
    key: &Vec<u8>,
    old: Option<&UntypedEntity>,
    new: Option<&UntypedEntity>,
) -> Result<()> {
    let mut is_old = true;
    table.backend().transaction(|tx| {
        let mut within = table.within(tx);
        is_old = within.get(key)?.as_ref() == old;
        match new {
            _ if !is_old => Ok(()),
            Some(new) => within.put(key, new),
            None => within.delete(key).map(drop),
        }
    })?;
    if is_old {
        return Ok(());
    }
    Err(Failure::Refused("another program has changed the entity meanwhile: look at it again".into()))
}

/// Shows a change to a person, on the standard error.
pub(super) fn show(table: &UntypedTable, old: &UntypedEntity, new: &UntypedEntity) {
    anstream::eprintln!("{BAD}- {BAD:#}{}", one_line(rows::value_of(table, old).to_string()));
    anstream::eprintln!("{GOOD}+ {GOOD:#}{}", one_line(rows::value_of(table, new).to_string()));
}

pub(super) fn told(table: &UntypedTable, key: &[u8], what: &str, output: &mut Output) -> Result<End> {
    let key = table.key_text(key);
    output.either(&json!({"key": key, "done": what}), |output| {
        output.line(one_line(format!("{what} {key}")))
    })?;
    Ok(End::Done)
}
