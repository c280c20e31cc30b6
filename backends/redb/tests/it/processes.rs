//! Several processes with one file.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use keyloft::layers::Followed;
use keyloft::prelude::*;
use keyloft::{Partition, Read, StorageBackend, transfer};
use keyloft_redb::{RedbBackend, Sharing};

use crate::helpers::{get, notes, put};

/// The variable that tells a child process its role and its path, with a colon in between.
const ROLE: &str = "KEYLOFT_REDB_SHARED";
const AT_MOST: Duration = Duration::from_secs(60);

/// A child process and the lines that it prints.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    fn start(role: &str, path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::play_a_role", "--nocapture"])
            .env(ROLE, format!("{role}:{}", path.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // The test harness prints lines of its own.
                if let Some(said) = line.strip_prefix("say ") {
                    let _heard = send.send(said.to_owned());
                }
            }
        });
        Self { child, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(AT_MOST).expect("the child says nothing")
    }

    /// Tells the child to go on.
    fn go_on(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    fn end(mut self) {
        assert!(self.child.wait().unwrap().success());
    }

    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn say(line: &str) {
    // One write, so that a kill leaves no partial line.
    std::io::stdout().write_all(format!("\nsay {line}\n").as_bytes()).unwrap();
    std::io::stdout().flush().unwrap();
}

fn wait() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn shared(sharing: Sharing, path: &Path) -> RedbBackend {
    RedbBackend::options().sharing(sharing).create(path).unwrap()
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    (folder, path)
}

/// Writes a number and its double in one transaction, each in its partition.
fn write_both(backend: &RedbBackend, number: u64) {
    let sides = ["left", "right"].map(Partition::from);
    backend
        .transact(&mut |tx| {
            tx.put(&sides[0], b"n", &number.to_le_bytes())?;
            tx.put(&sides[1], b"n", &(2 * number).to_le_bytes())
        })
        .unwrap();
}

/// Returns the number of `write_both`, whose halves must fit each other.
fn read_both(from: &(impl Read + ?Sized)) -> u64 {
    let [left, right] = ["left", "right"].map(|side| {
        let mut number = 0;
        from.get(&Partition::from(side), b"n", &mut |n| number = u64::from_le_bytes(n.try_into().unwrap()))
            .unwrap();
        number
    });
    assert_eq!(2 * left, right);
    left
}

/// The child process of the tests below. Alone it does nothing.
#[test]
fn play_a_role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let (role, path) = role.split_once(':').unwrap();
    let path = Path::new(path);
    match role {
        "read" => {
            let reader = RedbBackend::open_read_only(path).unwrap();
            let snapshot = reader.snapshot().unwrap();
            say("open");
            wait();
            say(&format!("{} {}", read_both(&reader), read_both(&*snapshot)));
        }
        "count" => {
            let backend = shared(Sharing::MultiWriter, path);
            say("open");
            wait();
            for _ in 0..60 {
                backend
                    .transact(&mut |tx| {
                        let mut n = 0;
                        tx.get(&notes(), b"n", &mut |old| n = u32::from_le_bytes(old.try_into().unwrap()))?;
                        tx.put(&notes(), b"n", &(n + 1).to_le_bytes())
                    })
                    .unwrap();
            }
        }
        "write" | "write alone" => {
            let sharing = if role == "write" { Sharing::MultiWriter } else { Sharing::SingleWriter };
            let backend = shared(sharing, path);
            let mut number = read_both(&*backend.snapshot().unwrap());
            loop {
                number += 1;
                write_both(&backend, number);
                say(&number.to_string());
            }
        }
        "hold" => {
            let backend = shared(Sharing::MultiWriter, path);
            backend
                .transact(&mut |tx| {
                    tx.put(&notes(), b"held", b"")?;
                    say("held");
                    wait();
                    Ok(())
                })
                .unwrap();
            say("released");
            wait();
        }
        "back up" => {
            let reader = RedbBackend::open_read_only(path).unwrap();
            let mut file = File::create(path.with_extension("keyloft")).unwrap();
            let saved = transfer::export(&reader, &mut file).unwrap();
            say(&format!("{:?}", saved.digest));
        }
        "migrate" => {
            const NAME: Index<String, String> = Index::new("name", |name: &String| Some(name.clone()));
            let backend = Arc::new(shared(Sharing::MultiWriter, path));
            Table::with_schema(backend, Schema::<u32, String>::new("names").index(NAME)).migrate().unwrap();
        }
        "log" => {
            let backend = Followed::new(shared(Sharing::MultiWriter, path), Arc::new(|| 0_i64));
            Table::<u32, u32>::new(Arc::new(backend), "jobs").put(&1, &7).unwrap();
        }
        other => panic!("no role {other}"),
    }
}

#[test]
fn a_reader_follows_the_writer_of_another_process() {
    let (_folder, path) = folder();
    let writer = shared(Sharing::SingleWriter, &path);
    write_both(&writer, 1);
    let mut reader = Process::start("read", &path);
    assert_eq!(reader.line(), "open");
    write_both(&writer, 2);
    reader.go_on();
    assert_eq!(reader.line(), "2 1");
    reader.end();
}

#[test]
fn writers_of_several_processes_take_turns_and_lose_nothing() {
    let (_folder, path) = folder();
    let backend = shared(Sharing::MultiWriter, &path);
    let mut writers: Vec<Process> = (0..3).map(|_| Process::start("count", &path)).collect();
    for writer in &writers {
        assert_eq!(writer.line(), "open");
    }
    writers.iter_mut().for_each(Process::go_on);
    writers.into_iter().for_each(Process::end);
    assert_eq!(get(&backend, b"n").unwrap(), 180_u32.to_le_bytes());
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn a_killed_writer_leaves_whole_commits_and_the_others_go_on() {
    let (_folder, path) = folder();
    let (here, mut newest) = (shared(Sharing::MultiWriter, &path), 0);
    let reader = RedbBackend::open_read_only(&path).unwrap();
    for kill in 0..15_u64 {
        let writer = Process::start("write", &path);
        let first: u64 = writer.line().parse().unwrap();
        thread::sleep(Duration::from_micros(kill * 7919 % 20_000));
        let acknowledged = writer.kill().last().map_or(first, |line| line.parse().unwrap());
        // Before anybody has written again.
        let seen = read_both(&*reader.snapshot().unwrap());
        put(&here, b"kill", &kill.to_le_bytes()).unwrap();
        let found = read_both(&*here.snapshot().unwrap());
        assert!(
            acknowledged > newest && (acknowledged..=acknowledged + 1).contains(&found),
            "{found} {acknowledged}"
        );
        assert!((acknowledged..=found).contains(&seen), "{seen} {found}");
        assert!(here.check_integrity().unwrap());
        newest = found;
    }
}

#[test]
fn a_reader_waits_for_the_recovery_of_a_killed_writer() {
    let (_folder, path) = folder();
    drop(shared(Sharing::SingleWriter, &path));
    let writer = Process::start("write alone", &path);
    writer.line();
    let reader = RedbBackend::open_read_only(&path).unwrap();
    let refused = RedbBackend::options().sharing(Sharing::SingleWriter).open(&path).unwrap_err();
    assert_eq!(refused.code(), "DatabaseLocked");
    writer.kill();
    // The reader that was open goes on. A new one can't know what it would read.
    let newest = read_both(&*reader.snapshot().unwrap());
    let refused = RedbBackend::open_read_only(&path).unwrap_err();
    assert_eq!(refused.code(), "RecoveryNeeded", "{refused}");
    let writer = shared(Sharing::SingleWriter, &path);
    assert!(read_both(&*writer.snapshot().unwrap()) >= newest);
    write_both(&writer, newest + 10);
    for reader in [reader, RedbBackend::open_read_only(&path).unwrap()] {
        assert_eq!(read_both(&*reader.snapshot().unwrap()), newest + 10);
    }
}

#[test]
fn another_process_makes_a_backup_while_the_first_writes() {
    let (folder, path) = folder();
    let writer = shared(Sharing::SingleWriter, &path);
    write_both(&writer, 1);
    let mut number = 1;
    let backup = Process::start("back up", &path);
    let digest = loop {
        number += 1;
        write_both(&writer, number);
        if let Ok(digest) = backup.lines.try_recv() {
            break digest;
        }
    };
    backup.end();
    let restored = RedbBackend::create(folder.path().join("restored.redb")).unwrap();
    transfer::import(&restored, || Ok(File::open(path.with_extension("keyloft"))?)).unwrap();
    assert!((1..=number).contains(&read_both(&restored)));
    assert_eq!(format!("{:?}", transfer::digest(&restored).unwrap()), digest);
}

#[test]
fn a_turn_of_another_process_is_waited_for_or_not() {
    let (_folder, path) = folder();
    let backend = shared(Sharing::MultiWriter, &path);
    let mut holder = Process::start("hold", &path);
    assert_eq!(holder.line(), "held");
    let write = |tx: &mut dyn Transaction| tx.put(&notes(), b"1", b"milk");
    assert_eq!(backend.try_transact(&mut |tx| write(tx)).unwrap_err().code(), "WriterBusy");
    let limit = Duration::from_millis(30);
    assert_eq!(backend.transact_within(limit, &mut |tx| write(tx)).unwrap_err().code(), "WriterBusy");
    // Reads don't wait for it, and see nothing of it.
    assert_eq!(get(&backend, b"held"), None);
    thread::scope(|scope| {
        let patient = scope.spawn(|| backend.transact_within(AT_MOST, &mut |tx| write(tx)));
        holder.go_on();
        patient.join().unwrap().unwrap();
    });
    assert_eq!(holder.line(), "released");
    assert!(get(&backend, b"held").is_some());
    holder.go_on();
    holder.end();
    // One that is killed in its turn gives it back.
    let holder = Process::start("hold", &path);
    assert_eq!(holder.line(), "held");
    holder.kill();
    backend.transact_within(AT_MOST, &mut |tx| write(tx)).unwrap();
}

#[test]
fn a_migration_of_another_process_is_noticed() {
    let (_folder, path) = folder();
    let table = Table::<u32, String>::new(Arc::new(shared(Sharing::MultiWriter, &path)), "names");
    table.put(&1, &"ada".into()).unwrap();
    assert_eq!(table.get(&1).unwrap().unwrap(), "ada");
    Process::start("migrate", &path).end();
    assert_eq!(table.get(&1).unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(table.put(&2, &"bob".into()).unwrap_err().code(), "DefinitionMismatch");
}

#[test]
fn a_commit_of_another_process_wakes_the_watchers() {
    let (_folder, path) = folder();
    let backend = Arc::new(Followed::new(shared(Sharing::MultiWriter, &path), Arc::new(|| 0_i64)));
    let _follower = backend.follow(AT_MOST * 10).unwrap();
    let jobs = Table::<u32, u32>::new(backend.clone(), "jobs");
    let changes = jobs.changes(&backend.feed(), ..).unwrap();
    let (send, received) = mpsc::channel();
    thread::spawn(move || send.send(changes.recv().unwrap().unwrap()));
    Process::start("log", &path).end();
    let event = received.recv_timeout(AT_MOST).unwrap();
    assert!(matches!(event, Event::Inserted { key: 1, new: 7, .. }));
}
