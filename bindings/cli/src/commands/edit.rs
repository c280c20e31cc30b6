//! `edit`: an entity in the editor.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use keyloft::EntityReader;
use keyloft::untyped::UntypedEntity;
use tempfile::TempPath;

use super::write::{Target, entity_of, show, store, told};
use crate::args::Common;
use crate::failure::{End, Failure, Result};
use crate::keys;
use crate::output::{Output, confirm};
use crate::rows;

pub(super) fn run(target: &Target<'_>, common: &Common, output: &mut Output) -> Result<End> {
    let table = target.open(common)?;
    let key = keys::parse(&table.definition().key, target.key)?;
    let Some(old) = table.get(&key)? else {
        output.note(format!("no entity has the key {}", table.key_text(&key)));
        return Ok(End::No);
    };
    if table.to_json(&old).is_none() {
        return Err(Failure::Refused(
            "the entity is of an older version: only its program can read it".into(),
        ));
    }
    let path = write_file(&format!("{:#}\n", rows::value_of(&table, &old)))?;
    // The editor may be open for hours, in which other programs need the database.
    drop(table);
    open_editor(&path)?;
    let stored = store_file(target, &key, &old, &path, common, output);
    if stored.is_err()
        && let Ok(kept) = path.keep()
    {
        output.note(format!("your text is kept in {}", kept.display()));
    }
    stored
}

/// Writes a temporary file, which no other user can read.
fn write_file(text: &str) -> Result<TempPath> {
    let written =
        tempfile::Builder::new().prefix("keyloft-").suffix(".json").tempfile().and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            Ok(file.into_temp_path())
        });
    written.map_err(|error| Failure::Io("cannot write a file for the editor".into(), error))
}

/// Stores what the person has written, if the entity is still the old one.
fn store_file(
    target: &Target<'_>,
    key: &Vec<u8>,
    old: &UntypedEntity,
    path: &Path,
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    let written = fs::read_to_string(path)
        .map_err(|error| Failure::Io(format!("cannot read {}", path.display()), error))?;
    let table = target.open(common)?;
    let entity = entity_of(&table, key, &written)?;
    if entity == *old {
        return told(&table, key, "unchanged", output);
    }
    show(&table, old, &entity);
    confirm("Store it?", false)?;
    store(&table, key, Some(old), Some(&entity))?;
    told(&table, key, "replaced", output)
}

/// Opens the file in the editor, and waits for its end. The variable may have arguments, such as `code --wait`.
fn open_editor(path: &Path) -> Result<()> {
    let editor = env::var("VISUAL").or_else(|_| env::var("EDITOR")).unwrap_or_else(|_| "vi".into());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Failure::Refused(format!("the editor `{editor}` ended with {status}: nothing was changed")))
        }
        Err(error) => Err(Failure::Io(format!("cannot start the editor `{editor}`: set EDITOR"), error)),
    }
}
