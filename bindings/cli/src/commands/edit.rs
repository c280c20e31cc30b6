//! `edit`: an entity in the editor.

use std::env;
use std::fs;
use std::process::Command;

use keyloft::EntityReader;

use super::write::{Target, show, store, told};
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
        return Err(Failure::usage("the entity is of an older version: only its program can read it"));
    }
    let path = env::temp_dir().join(format!("keyloft-{:016x}.json", fastrand::u64(..)));
    let failed = |what: &str, error| Failure::Io(format!("cannot {what} {}", path.display()), error);
    let text = format!("{:#}\n", rows::value_of(&table, &old));
    fs::write(&path, &text).map_err(|error| failed("write", error))?;
    open_editor(&path.to_string_lossy())?;
    let written = fs::read_to_string(&path).map_err(|error| failed("read", error))?;
    let entity = table
        .from_json(&key, &written)
        .map_err(|error| Failure::usage(format!("{error}\nyour text is kept in {}", path.display())))?;
    // The file is in the folder for temporary files, and need not be removed at all cost.
    let _: std::io::Result<()> = fs::remove_file(&path);
    if entity == old {
        return told(&table, &key, "unchanged", output);
    }
    show(&table, &old, &entity);
    confirm("Store it?", false)?;
    store(&table, &key, Some(&old), Some(&entity))?;
    told(&table, &key, "replaced", output)
}

/// Opens the file in the editor, and waits for its end. The variable may have arguments, such as `code --wait`.
fn open_editor(path: &str) -> Result<()> {
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
