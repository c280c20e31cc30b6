//! Processes that share a file: a server writes, a second process makes a backup, and workers count together.
//!
//! Run it with `cargo run -p keyloft-redb --example processes`.

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_redb::{RedbBackend, Sharing};

const WORKERS: u32 = 3;
const ROUNDS: u32 = 20;

fn main() -> Result<()> {
    // The program starts itself with a role and the path of the database.
    let args: Vec<String> = env::args().collect();
    match args.get(1..) {
        Some([role, path]) if role == "backup" => backup(path.as_ref()),
        Some([role, path]) if role == "worker" => work(path.as_ref()),
        _ => serve(),
    }
}

fn serve() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("app.redb");
    let counts = Table::<String, u32>::new(Arc::new(open(&path)?), "counts");
    counts.put(&"visits".into(), &0)?;

    let workers: Vec<Child> = (0..WORKERS).map(|_| start("worker", &path)).collect::<io::Result<_>>()?;
    let backup = start("backup", &path)?;
    for mut process in workers.into_iter().chain([backup]) {
        assert!(process.wait()?.success());
    }
    assert_eq!(counts.get(&"visits".into())?, Some(WORKERS * ROUNDS));

    // The backup is the state of one moment.
    let restored = RedbBackend::in_memory()?;
    transfer::import(&restored, || Ok(File::open(backup_of(&path))?))?;
    let visits = Table::<String, u32>::new(Arc::new(restored), "counts").get(&"visits".into())?;
    println!("{} visits, {visits:?} of them in the backup", WORKERS * ROUNDS);
    assert!(visits.is_some_and(|visits| visits <= WORKERS * ROUNDS));
    Ok(())
}

/// Counts in transactions, each of which begins with what the last one of any process has left.
fn work(path: &Path) -> Result<()> {
    let counts = Table::<String, u32>::new(Arc::new(open(path)?), "counts");
    for _ in 0..ROUNDS {
        counts.update(&"visits".into(), |visits| {
            *visits += 1;
            Ok(())
        })?;
    }
    Ok(())
}

/// Exports the data while the others write.
fn backup(path: &Path) -> Result<()> {
    let reader = RedbBackend::open_read_only(path)?;
    let mut file = File::create(backup_of(path))?;
    transfer::export(&reader, &mut file)?;
    Ok(file.sync_all()?)
}

fn open(path: &Path) -> Result<RedbBackend> {
    RedbBackend::options().sharing(Sharing::MultiWriter).create(path)
}

fn backup_of(path: &Path) -> PathBuf {
    path.with_extension("keyloft")
}

fn start(role: &str, path: &Path) -> io::Result<Child> {
    Command::new(env::current_exe()?).arg(role).arg(path).spawn()
}
