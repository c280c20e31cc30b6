//! `get`: the entity of a key.

use keyloft::EntityReader;

use crate::args::Common;
use crate::database::Database;
use crate::failure::{End, Result};
use crate::keys;
use crate::output::Output;
use crate::rows;

pub(super) fn run(
    db: &str,
    table: &str,
    key: &[String],
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let table = Database::read(db, common)?.table(table)?;
    let key = keys::parse(&table.definition().key, key)?;
    let Some(entity) = table.get(&key)? else {
        output.note(format!("no entity has the key {}", table.key_text(&key)));
        return Ok(End::No);
    };
    rows::print_one(&table, &key, &entity, output)?;
    Ok(End::Done)
}
