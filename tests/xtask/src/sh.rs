//! The execution of other programs: each is printed before it starts, and named when it fails.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The interval between two looks at a program with a limit.
const POLL: Duration = Duration::from_millis(50);

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

    /// Runs to the end, shows the output meanwhile, and hands each line of standard output to `look`.
    pub(crate) fn watch(mut self, mut look: impl FnMut(&str)) -> Result<(), String> {
        println!("$ {}", self.line);
        let mut child =
            self.command.stdout(Stdio::piped()).spawn().map_err(|error| self.not_started(&error))?;
        let shown = match child.stdout.take() {
            Some(pipe) => copy_lines(BufReader::new(pipe), &mut look),
            None => Ok(()),
        };
        let status = child.wait().map_err(|error| self.not_started(&error))?;
        shown.map_err(|error| format!("the output of `{}`: {error}", self.name()))?;
        self.judge(status)
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

fn copy_lines(mut from: impl BufRead, look: &mut impl FnMut(&str)) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes)? > 0 {
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end_matches(['\n', '\r']);
        println!("{line}");
        look(line);
        bytes.clear();
    }
    Ok(())
}
