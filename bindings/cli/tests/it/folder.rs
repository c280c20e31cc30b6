//! [`Folder`]: a folder with the database of the examples, and the command in it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft_redb::RedbBackend;
use serde_json::Value;
use tempfile::TempDir;

use crate::{odd, samples};

/// The program.
pub(crate) const KEYLOFT: &str = env!("CARGO_BIN_EXE_keyloft");

/// A folder with the database `samples.redb`.
pub(crate) struct Folder(TempDir);

/// The end of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        samples::fill(Arc::new(RedbBackend::create_new(folder.file("samples.redb")).unwrap())).unwrap();
        folder
    }

    /// Makes a folder that has the unusual tables of `odd.redb`, too.
    pub(crate) fn with_odd() -> Self {
        let folder = Self::new();
        let odd: Arc<dyn StorageBackend> =
            Arc::new(RedbBackend::create_new(folder.file("odd.redb")).unwrap());
        odd::fill(&odd).unwrap();
        folder
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the command with these words as its arguments, which stand between spaces.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(KEYLOFT);
        command.args(words.split_whitespace()).current_dir(self.0.path()).env_remove("KEYLOFT_SCHEMA");
        // A text that `edit` keeps goes with the folder.
        command.env("TMPDIR", self.0.path());
        command
    }

    /// Runs the command in a pipe, without an input.
    pub(crate) fn run(&self, words: &str) -> Ended {
        self.run_with(words, "")
    }

    /// Runs the command with this input.
    pub(crate) fn run_with(&self, words: &str, input: &str) -> Ended {
        end(self.command(words), input)
    }

    /// Runs the command with one more argument, which may have spaces.
    pub(crate) fn run_and(&self, words: &str, last: &str) -> Ended {
        let mut command = self.command(words);
        command.arg(last);
        end(command, "")
    }

    /// Runs the command, which must succeed, and returns its output.
    pub(crate) fn ok(&self, words: &str) -> String {
        let ended = self.run(words);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{words}");
        ended.out
    }

    /// Runs the command with `--json`, and returns the documents, one for each line.
    pub(crate) fn json(&self, words: &str) -> Vec<Value> {
        let out = self.ok(&format!("{words} --json"));
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn end(mut command: Command, input: &str) -> Ended {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that does not read its input may have ended.
    let _: std::io::Result<()> = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}
