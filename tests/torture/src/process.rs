//! [`Child`]: this program again, as a child process whose lines are read, and that is killed.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Outcome};

/// The first argument of a child process.
pub(crate) const CHILD: &str = "child";

/// This program again, as a child process.
pub(crate) struct Child {
    process: std::process::Child,
    lines: Receiver<String>,
}

impl Child {
    /// Starts a child with these arguments.
    pub(crate) fn start(args: &[String]) -> Outcome<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg(CHILD)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let (sender, lines) = mpsc::channel();
        let output =
            process.stdout.take().ok_or_else(|| Failure::from("a child without a pipe".to_owned()))?;
        thread::spawn(move || {
            // A kill may cut off the last line.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { process, lines })
    }

    /// Returns the next line, or `None` if the child has ended.
    ///
    /// # Errors
    ///
    /// A failure after this time.
    pub(crate) fn line_within(&self, time: Duration) -> Outcome<Option<String>> {
        match self.lines.recv_timeout(time) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                Err(Failure::from(format!("the child says nothing for {} s", time.as_secs())))
            }
        }
    }

    /// Returns the lines that were not read yet.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Kills the child, and returns the lines that were not read yet. Fails if it had ended by itself.
    pub(crate) fn kill(mut self) -> Outcome<Vec<String>> {
        if let Some(status) = self.process.try_wait()? {
            let rest: Vec<String> = self.lines.iter().collect();
            return Err(Failure::from(format!("the child has ended ({status}): {}", rest.join("; "))));
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(self.lines.iter().collect())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It fails only if the child has ended.
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// Prints a line to the parent, with one write, so that a kill leaves no partial line.
pub(crate) fn say(line: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())?;
    Ok(out.flush()?)
}
