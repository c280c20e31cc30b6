//! `digest`, `export`, `import`, `backup` and `restore`: databases as streams.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use keyloft::transfer::{self, Summary};
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::{self, Database, Purpose};
use crate::failure::{End, Failure, Result};
use crate::output::Output;
use crate::progress::Progress;
use crate::text;

pub(super) fn digest(db: &str, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let digest = transfer::digest(&*database.backend)?.to_string();
    output.either(&json!({ "digest": digest }), |output| output.line(&digest))?;
    Ok(End::Done)
}

pub(super) fn export(db: &str, file: &Path, common: &Common, output: &mut Output) -> Result<End> {
    let is_stdout = file == Path::new("-");
    if is_stdout && io::stdout().is_terminal() {
        return Err(Failure::usage("the stream is no text for a terminal: name a file, or use a pipe"));
    }
    let database = Database::read(db, common)?;
    if is_stdout {
        let stdout = BufWriter::new(io::stdout().lock());
        transfer::export(&*database.backend, &mut Counting::new(stdout, "export"))?;
        return Ok(End::Done);
    }
    let summary = write_file(&database, file)?;
    report("exported", &summary, output)
}

pub(super) fn import(
    db: &str,
    file: &Path,
    replace: bool,
    common: &Common,
    output: &mut Output,
) -> Result<End> {
    // A file is checked before a database is created for it. A pipe can be read only once.
    let is_stdin = file == Path::new("-");
    if is_stdin && io::stdin().is_terminal() {
        return Err(Failure::usage("a stream can't be typed: name a file, or use a pipe"));
    }
    let is_file = !is_stdin && file.metadata().is_ok_and(|known| known.is_file());
    if is_file {
        transfer::check(source(file, "check").map_err(|error| failed("read", file, error))?)?;
    }
    let mut first = Some(stream(file)?);
    let database = Database::open(db, common, Purpose::Create)?;
    // An engine may run the transaction again.
    let open = || match first.take() {
        Some(stream) => Ok(stream),
        None if is_file => {
            let again: Box<dyn Read> = Box::new(BufReader::new(File::open(file)?));
            Ok(Counting::new(again, "import"))
        }
        None => Err(io::Error::other("a pipe can't be read again: export into a file first").into()),
    };
    let summary = if replace {
        transfer::import_replacing(&*database.backend, open)?
    } else {
        transfer::import(&*database.backend, open)?
    };
    report("imported", &summary, output)
}

pub(super) fn backup(db: &str, file: &Path, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let written = write_file(&database, file)?;
    // A disk may have stored something else than it was given.
    let read = transfer::check(source(file, "read back").map_err(|error| failed("read", file, error))?)?;
    if read != written {
        let message =
            format!("{} reads back otherwise than it was written: use another disk", file.display());
        return Err(Failure::Io(message, io::ErrorKind::InvalidData.into()));
    }
    report("backed up", &written, output)
}

pub(super) fn restore(file: &Path, db: &str, common: &Common, output: &mut Output) -> Result<End> {
    // Checked before anything is created.
    let checked = transfer::check(source(file, "check").map_err(|error| failed("read", file, error))?)?;
    let database = Database::open(db, common, Purpose::CreateNew)?;
    let summary = transfer::import(&*database.backend, || Ok(source(file, "restore")?))?;
    let stored = transfer::digest(&*database.backend)?;
    if stored != checked.digest {
        let message = format!(
            "{} has the digest {stored}, and the backup {}: restore again",
            database::shown(db),
            checked.digest
        );
        return Err(Failure::Io(message, io::ErrorKind::InvalidData.into()));
    }
    report("restored", &summary, output)
}

fn report(what: &str, summary: &Summary, output: &mut Output) -> Result<End> {
    let Summary { partitions, entries, bytes, digest, .. } = *summary;
    let document: Value =
        json!({"partitions": partitions, "entries": entries, "bytes": bytes, "digest": digest.to_string()});
    output.either(&document, |output| {
        let entries = text::count(entries, "entry");
        output.line(format!("{what} {entries}, {}, digest {digest}", text::bytes(bytes)))
    })?;
    Ok(End::Done)
}

/// Writes the stream into a new file, which appears under its name when it is complete and on the disk.
fn write_file(database: &Database, file: &Path) -> Result<Summary> {
    if file.exists() {
        return Err(Failure::Refused(format!(
            "{} exists already: remove it, or choose another name",
            file.display()
        )));
    }
    let part = PathBuf::from(format!("{}.part", file.display()));
    let created = File::create(&part).map_err(|error| failed("create", &part, error))?;
    let mut sink = Counting::new(BufWriter::new(created), "export");
    let summary = transfer::export(&*database.backend, &mut sink)?;
    let synced = sink.inner.get_ref().sync_all();
    synced.and_then(|()| fs::rename(&part, file)).map_err(|error| failed("store", file, error))?;
    // The name is on the disk when the folder is.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().map_err(|error| failed("sync the folder of", file, error))?;
    }
    Ok(summary)
}

fn failed(what: &str, file: &Path, error: io::Error) -> Failure {
    Failure::Io(format!("cannot {what} {}", file.display()), error)
}

/// Opens the stream to import: a file, a named pipe, or the standard input.
fn stream(file: &Path) -> Result<Counting<Box<dyn Read>>> {
    let stream: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(|error| failed("open", file, error))?))
    };
    Ok(Counting::new(stream, "import"))
}

fn source(file: &Path, name: &'static str) -> io::Result<Counting<BufReader<File>>> {
    Ok(Counting::new(BufReader::new(File::open(file)?), name))
}

/// A stream whose progress is shown.
struct Counting<T> {
    inner: T,
    bytes: u64,
    progress: Progress,
}

impl<T> Counting<T> {
    fn new(inner: T, name: &'static str) -> Self {
        Self { inner, bytes: 0, progress: Progress::begin(name) }
    }

    fn count(&mut self, bytes: usize) -> usize {
        self.bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        self.progress.tell_bytes(self.bytes);
        bytes
    }
}

impl<T: Write> Write for Counting<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        Ok(self.count(written))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Counting<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        Ok(self.count(read))
    }
}
