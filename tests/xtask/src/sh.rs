//! The execution of other programs: each is printed before it starts, and named when it fails.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// The interval between two looks at a program with a limit.
const POLL: Duration = Duration::from_millis(50);

/// The number of lines that an error repeats of what a failed program printed.
const LAST_LINES: usize = 60;

/// A program to run, with its arguments.
pub(crate) struct Sh {
    command: Command,
    line: String,
}

impl Sh {
    /// Names a program, or its path, without arguments yet.
    pub(crate) fn new(program: &str) -> Self {
        Self { command: Command::new(program), line: program.to_owned() }
    }

    /// Adds the words of a line as arguments.
    pub(crate) fn words(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::arg)
    }

    /// Adds one argument, unsplit.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        let shown = arg.as_ref().to_string_lossy();
        let quote = if shown.contains([' ', '\'', '[']) { "\"" } else { "" };
        self.line = format!("{} {quote}{shown}{quote}", self.line);
        self.command.arg(arg);
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the folder to run in.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs to the end, and shows the output meanwhile.
    pub(crate) fn run(mut self) -> Result<(), String> {
        println!("$ {}", self.line);
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        self.judge(status)
    }

    /// Runs, shows the output meanwhile, and kills the program when the time is up.
    pub(crate) fn run_within(mut self, limit: Duration) -> Result<(), String> {
        println!("$ {}   (for at most {} s)", self.line, limit.as_secs());
        let mut child =
            self.command.stdin(Stdio::null()).spawn().map_err(|error| self.not_started(&error))?;
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return self.judge(status),
                Ok(None) if start.elapsed() < limit => sleep(POLL),
                outcome => {
                    // It fails only if the program has ended meanwhile.
                    let _ = child.kill();
                    let _ = child.wait();
                    let why = match outcome {
                        Err(error) => format!("could not be waited for: {error}"),
                        Ok(_) => format!("was not done within {} s", limit.as_secs()),
                    };
                    return Err(format!("`{}` {why}", self.line));
                }
            }
        }
    }

    /// Runs to the end without showing the output, and returns the standard output.
    pub(crate) fn read(mut self) -> Result<String, String> {
        let output = self.command.output().map_err(|error| self.not_started(&error))?;
        match self.judge(output.status) {
            Ok(()) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Err(error) => Err(format!("{error}\n{}", String::from_utf8_lossy(&output.stderr).trim_end())),
        }
    }

    /// Runs to the end, shows the output meanwhile, and hands each line of standard output to `look`. The error of a program that
    /// failed ends with the last lines that it printed.
    pub(crate) fn watch(mut self, mut look: impl FnMut(&str)) -> Result<(), String> {
        println!("$ {}", self.line);
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.not_started(&error))?;
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        let last = LastLines::default();
        let shown = thread::scope(|scope| {
            let told = scope.spawn(|| {
                copy_lines(errors, &mut |line| {
                    eprintln!("{line}");
                    last.push(line);
                })
            });
            let shown = copy_lines(output, &mut |line| {
                println!("{line}");
                last.push(line);
                look(line);
            });
            shown.and(told.join().unwrap_or(Ok(())))
        });
        let status = child.wait().map_err(|error| self.not_started(&error))?;
        shown.map_err(|error| format!("the output of `{}`: {error}", self.name()))?;
        self.judge(status).map_err(|error| format!("{error}\n{}", last.text()))
    }

    fn judge(&self, status: ExitStatus) -> Result<(), String> {
        if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", self.name())) }
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        format!("`{}` could not be run: {error}", self.name())
    }

    /// Returns the first two words: the whole line was printed before.
    fn name(&self) -> &str {
        self.line.match_indices(' ').nth(1).and_then(|(end, _)| self.line.get(..end)).unwrap_or(&self.line)
    }
}

/// The last lines that a program printed.
#[derive(Default)]
struct LastLines(Mutex<VecDeque<String>>);

impl LastLines {
    fn push(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LAST_LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    fn text(self) -> String {
        let lines = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        Vec::from(lines).join("\n")
    }
}

/// Hands each line of a pipe to `show`.
fn copy_lines(pipe: Option<impl Read>, show: &mut impl FnMut(&str)) -> std::io::Result<()> {
    let Some(pipe) = pipe else { return Ok(()) };
    let mut pipe = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while pipe.read_until(b'\n', &mut bytes)? > 0 {
        show(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
        bytes.clear();
    }
    Ok(())
}
