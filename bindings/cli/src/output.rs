//! [`Output`]: the standard output and the standard error, for people and for programs.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use terminal_size::{Width, terminal_size};

use crate::args::Color;
use crate::failure::{Failure, Result};
use crate::text::one_line;

/// The style of names and headings.
pub(crate) const NAME: Style = Style::new().bold();
/// The style of keys.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();
/// The style of what matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// The style of damage and errors.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// The style of what was added, or is in order.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();

/// The standard output and the standard error.
pub(crate) struct Output {
    out: io::BufWriter<AutoStream<io::Stdout>>,
    /// `true` if the output is for programs.
    pub(crate) json: bool,
    /// The width of the terminal in columns, or `None` for a pipe or a file, whose lines are not cut.
    pub(crate) width: Option<usize>,
}

impl Output {
    pub(crate) fn new(json: bool, color: Color) -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        // The standard error follows it, too.
        .write_global();
        let choice = AutoStream::choice(&stdout);
        let width = terminal_size().map(|(Width(width), _)| usize::from(width));
        Self {
            out: io::BufWriter::new(AutoStream::new(stdout, choice)),
            json,
            width: width.filter(|_| is_terminal),
        }
    }

    /// Prints a line of text.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<()> {
        Ok(writeln!(self.out, "{}", text.as_ref())?)
    }

    /// Prints a document or a line of JSON.
    pub(crate) fn json(&mut self, value: &Value) -> Result<()> {
        Ok(writeln!(self.out, "{value}")?)
    }

    /// Prints a document of JSON for programs, or else what `text` prints.
    pub(crate) fn either(&mut self, value: &Value, text: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.json { self.json(value) } else { text(self) }
    }

    /// Passes the output so far on, as for a reader who waits for each line.
    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }

    /// Writes bytes, which are no text.
    pub(crate) fn bytes(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Prints a note for people to the standard error, so that it is not part of the result.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) {
        // Without a reader of notes nothing is lost.
        let _: Result<_> = self.flush();
        anstream::eprintln!("{FAINT}{}{FAINT:#}", one_line(text.as_ref().to_owned()));
    }

    /// Prints the failure to the standard error.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        let _: Result<_> = self.flush();
        match failure {
            Failure::Io(_, error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            _ if self.json => {
                anstream::eprintln!("{}", json!({"error": failure.name(), "message": failure.to_string()}));
            }
            _ => anstream::eprintln!("{BAD}error:{BAD:#} {}", one_line(failure.to_string())),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let _: io::Result<()> = self.out.flush();
    }
}

/// Asks a question on the terminal. Without a terminal nobody can answer, and the answer must be an option.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::Refused(format!("{question} Nobody can answer here: pass --yes")));
    }
    anstream::eprint!("{} [y/N] ", one_line(question.to_owned()));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::Refused("nothing was changed".into()))
}
