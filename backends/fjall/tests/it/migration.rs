//! A kill of the process during a migration: the table works by the rules after it, and the rest gives what an undisturbed
//! run gives.

use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use keyloft::catalog::{self, Migration};
use keyloft::prelude::*;
use keyloft::value::decode_payload;
use keyloft::{Partition, Read};
use keyloft_fjall::FjallBackend;

use crate::helpers::copy_folder;

/// The variable that tells a child process the path of the database to migrate.
const MIGRATE_HERE: &str = "KEYLOFT_REDB_MIGRATE_HERE";
/// The variable that makes the tests long.
const LONG: &str = "KEYLOFT_LONG_TESTS";

/// A row of the old program: a name and a number.
type Old = (String, u32);
/// A row of the new program, whose name is in lower case.
type New = (u64, String);

const OLD_NAME: UniqueIndex<Old, String> = UniqueIndex::new("name", |row| Some(row.0.clone()));
const NAME: UniqueIndex<New, String> = UniqueIndex::new("name", |row| Some(row.1.clone()));
const GROUP: Index<New, u64> = Index::new("group", |row| Some(row.0 % 100));

type OldRows = Table<u32, Old>;
type NewRows = Table<(u32, u32), New>;

fn old_schema() -> Schema<u32, Old> {
    Schema::new("rows").index(OLD_NAME)
}

fn new_schema() -> Schema<(u32, u32), New> {
    let upgrade = |_, payload: &[u8]| {
        let (name, number): Old = decode_payload(payload)?;
        Ok((u64::from(number), name.to_lowercase()))
    };
    Schema::new("rows").version(2, upgrade).index(NAME).index(GROUP)
}

/// Returns the migration: new keys, a new version, an index that is rebuilt and one that is new.
fn migration(backend: &Arc<FjallBackend>) -> Migration {
    let backend: Arc<dyn StorageBackend> = backend.clone();
    Migration::new(backend).rekey(&old_schema(), &new_schema(), |key, _| Ok((key % 7, key))).rewrite()
}

fn new_key(key: u32) -> (u32, u32) {
    (key % 7, key)
}

fn new_row(key: u32) -> New {
    (u64::from(key), format!("row {key}"))
}

fn open(path: &Path) -> Arc<FjallBackend> {
    Arc::new(FjallBackend::open(path).unwrap())
}

/// Creates a database with this number of rows of the old program.
fn fill(path: &Path, rows: u32) {
    let backend = Arc::new(FjallBackend::create(path).unwrap());
    let old = OldRows::with_schema(backend, old_schema());
    assert_eq!(old.load((0..rows).map(|key| (key, (format!("Row {key}"), key)))).unwrap(), u64::from(rows));
}

#[test]
fn a_migration_survives_kills_at_any_moment() {
    let (rows, kills) = if std::env::var_os(LONG).is_some() { (200_000, 50) } else { (10_000, 8) };
    let folder = tempfile::tempdir().unwrap();
    let (path, undisturbed) = (folder.path().join("a.fjall"), folder.path().join("b.fjall"));
    fill(&path, rows);
    copy_folder(&path, &undisturbed);
    let began = Instant::now();
    migration(&open(&undisturbed)).run().unwrap();
    let whole = began.elapsed();

    // The moments are spread over the whole run, which goes on after each kill.
    let mut killed = 0;
    for kill in 0..kills {
        let after = whole / kills * (1 + kill * 7919 % 3) / 2;
        killed += u32::from(run_and_kill(&path, after));
        works_by_the_rules(&open(&path), rows, kill);
    }
    assert!(killed > kills / 4, "{killed} of {kills} kills came before the end");
    migration(&open(&path)).run().unwrap();

    let (backend, undisturbed) = (open(&path), open(&undisturbed));
    let new = NewRows::with_schema(backend.clone(), new_schema());
    assert_eq!(new.verify().unwrap(), []);
    assert_eq!(content(&backend), content(&undisturbed), "everything is as after an undisturbed run");
}

fn content(backend: &Arc<FjallBackend>) -> String {
    keyloft::transfer::digest(&**backend).unwrap().to_string()
}

/// Runs the migration in a child process, and kills it this time after its first transaction. Returns `false` if the child
/// came to the end before.
fn run_and_kill(path: &Path, after: Duration) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "migration::migrate_until_killed", "--nocapture"])
        .env(MIGRATE_HERE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe stays open until the child has ended, because the test harness writes to it too.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let began = lines.any(|line| line.trim() == "a transaction");
    if began {
        thread::sleep(after);
    }
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(lines);
    began && !ended
}

/// The child process of the test above. Alone it does nothing.
#[test]
fn migrate_until_killed() {
    let Some(path) = std::env::var_os(MIGRATE_HERE) else { return };
    let mut is_first = true;
    let migrated = migration(&open(Path::new(&path))).run_with(|_| {
        if std::mem::take(&mut is_first) {
            std::io::stdout().write_all(b"\na transaction\n").unwrap();
            std::io::stdout().flush().unwrap();
        }
        ControlFlow::Continue(())
    });
    migrated.unwrap();
}

/// Checks each answer of both programs: it is right, or it is an error of the catalog.
fn works_by_the_rules(backend: &Arc<FjallBackend>, rows: u32, kill: u32) {
    let old = OldRows::with_schema(backend.clone(), old_schema());
    let new = NewRows::with_schema(backend.clone(), new_schema());
    let entry = catalog::table(&**backend, &Partition::from("rows")).unwrap().unwrap();
    let key = kill * 6151 % rows;
    for refused in [old.get(&key).map(drop), old.put(&key, &(String::new(), 0)), old.delete(&key).map(drop)] {
        assert_eq!(refused.unwrap_err().code(), "DefinitionMismatch", "after kill {kill}");
    }
    match new.get(&new_key(key)) {
        Err(error) => {
            assert_eq!(error.code(), "DefinitionMismatch", "after kill {kill}: {error}");
            assert!(!entry.is_settled());
            let refused = new.put(&new_key(key), &new_row(key)).unwrap_err();
            assert_eq!(refused.code(), "DefinitionMismatch", "after kill {kill}: {refused}");
        }
        Ok(found) => {
            assert_eq!(found, Some(new_row(key)), "after kill {kill}");
            assert_eq!(new.count().unwrap(), u64::from(rows), "after kill {kill}");
            // Both writes leave the row as it is.
            new.put(&new_key(key), &(u64::from(key), "other".to_owned())).unwrap();
            new.put(&new_key(key), &new_row(key)).unwrap();
            match new.find(&NAME, &new_row(key).1) {
                Ok(found) => assert_eq!(found, Some((new_key(key), new_row(key))), "after kill {kill}"),
                Err(error) => assert_eq!(error.code(), "IndexNotBuilt", "after kill {kill}"),
            }
        }
    }
    let copies = backend.partitions().unwrap();
    assert!(copies.len() <= 6, "after kill {kill}: {copies:?}");
}
