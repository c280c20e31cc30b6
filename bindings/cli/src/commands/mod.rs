//! The commands.

mod describe;
mod diff;
mod edit;
mod get;
mod ls;
mod maintenance;
mod migrate;
mod scan;
mod serve;
mod shell;
mod stats;
mod transfer;
mod verify;
mod watch;
mod write;

use crate::args::{Args, Command};
use crate::failure::{End, Result};
use crate::output::Output;

/// Runs the command.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<End> {
    let common = &args.common;
    match &args.command {
        Command::Ls { db } => ls::run(db, common, output),
        Command::Describe { db, table } => describe::run(db, table.as_deref(), common, output),
        Command::Get { db, table, key } => get::run(db, table, key, common, output),
        Command::Scan { db, table, select } => scan::scan(db, table, select, common, output),
        Command::Find { db, table, index, value } => scan::find(db, table, index, value, common, output),
        Command::Count { db, table, select } => scan::count(db, table, select, common, output),
        Command::Put { db, table, key, value, yes } => {
            write::put(&write::Target { db, table, key }, value, *yes, common, output)
        }
        Command::Delete { db, table, key, yes } => {
            write::delete(&write::Target { db, table, key }, *yes, common, output)
        }
        Command::Edit { db, table, key } => edit::run(&write::Target { db, table, key }, common, output),
        Command::Watch { db, tables, after, limit, every } => {
            let watch = watch::Watch { tables, after: *after, limit: *limit, every: *every };
            watch::run(db, &watch, common, output)
        }
        Command::Verify { db, tables } => verify::verify(db, tables, common, output),
        Command::Reindex { db, table } => verify::reindex(db, table, common, output),
        Command::Migrate { db, plan: _ } => migrate::plan(db, common, output),
        Command::Scrub { db, rate } => maintenance::scrub(db, *rate, common, output),
        Command::Compact { db } => maintenance::compact(db, common, output),
        Command::Stats { db } => stats::run(db, common, output),
        Command::Digest { db } => transfer::digest(db, common, output),
        Command::Export { db, file } => transfer::export(db, file, common, output),
        Command::Import { db, file, replace } => transfer::import(db, file, *replace, common, output),
        Command::Backup { db, file } => transfer::backup(db, file, common, output),
        Command::Restore { file, db } => transfer::restore(file, db, common, output),
        Command::Diff { old, new } => diff::run(old, new, common, output),
        Command::Serve { db, port } => serve::run(db, *port, common, output),
        Command::Completions { shell } => shell::completions(*shell, output),
        Command::Man { command } => shell::man(command.as_deref(), output),
    }
}
