//! The options of the command line.

use std::path::PathBuf;

use crate::rows::{BESIDE, SECTIONS};

const HELP: &str = "\
Usage: cargo xtask bench [--quick] [--only SECTIONS | --all] [--json FILE] [--record] [--report]
                         [--rocksdb] [--js | --js-files | --browser | --object]

  --quick          Fewer rounds over fewer entities: minutes instead of a quarter of an hour.
  --only SECTIONS  Measures some sections, separated by commas.
  --all            Measures every section except ten-million, also those that are off by default.
  --json FILE      Also writes a line of JSON for each subject of each row.
  --record         Stores the lines in tests/benches/results, a file for each section, and does what
                   --report does.
  --report         Writes the tables and plots of tests/benches/RESULTS.md from the stored lines.
                   Alone, it measures nothing.
  --rocksdb        Also measures RocksDB, with the system's library (Debian: librocksdb-dev,
                   libclang-dev).
  --js             Measures the npm package instead, beside other stores, in Node.
  --js-files       Measures it on files instead, beside other stores, in Node.
  --browser        Measures the npm package instead, beside other stores, in Chromium.
  --object         Measures it in a Durable Object instead, beside SQL that is written by hand.

The database files are in the folder TMPDIR. It must be on a disk for realistic durable writes.
";

#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) quick: bool,
    pub(crate) json: Option<PathBuf>,
    pub(crate) record: bool,
    pub(crate) report: bool,
    all: bool,
    only: Vec<String>,
}

impl Settings {
    /// Parses the arguments. The error says what is wrong, and what is allowed.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut settings = Self::default();
        while let Some(arg) = args.next() {
            let mut value = |what| match args.next() {
                Some(value) if !value.starts_with('-') => Ok(value),
                _ => Err(format!("`{arg}` needs {what} after it\n\n{}", help())),
            };
            match arg.as_str() {
                "--quick" => settings.quick = true,
                "--all" => settings.all = true,
                "--json" => settings.json = Some(value("a file")?.into()),
                "--record" => settings.record = true,
                "--report" => settings.report = true,
                "--only" => settings.only = sections(&value("a section")?)?,
                _ => return Err(format!("`{arg}` is not an option\n\n{}", help())),
            }
        }
        if settings.quick && settings.record {
            return Err(
                "`--record` needs the full measurement: leave out `--quick`, or use `--json FILE`".into()
            );
        }
        if settings.all && !settings.only.is_empty() {
            return Err("`--all` and `--only` contradict each other: leave one out".into());
        }
        Ok(settings)
    }

    /// Returns `true` if there is anything to measure.
    pub(crate) fn measures(&self) -> bool {
        !self.report || self.record || self.all || self.json.is_some() || !self.only.is_empty()
    }

    pub(crate) fn wants(&self, section: &str) -> bool {
        if !self.only.is_empty() {
            return self.only.iter().any(|only| only == section);
        }
        !BESIDE.contains(&section) || (self.all && section != "ten-million")
    }

    /// Returns `quick` in a quick measurement, otherwise `full`.
    pub(crate) fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    /// How many entities a store holds.
    pub(crate) fn n(&self) -> usize {
        self.pick(50_000, 100_000)
    }

    /// How many entities a large store holds.
    pub(crate) fn many(&self) -> usize {
        self.pick(100_000, 1_000_000)
    }

    /// How many rounds a row takes whose rounds are short.
    pub(crate) fn rounds(&self) -> usize {
        self.pick(101, 201)
    }
}

/// How the program is used.
pub(crate) fn help() -> String {
    let names = |beside| {
        let of_kind = SECTIONS.iter().map(|(name, _)| *name).filter(|name| BESIDE.contains(name) == beside);
        of_kind.collect::<Vec<_>>().join(", ")
    };
    format!("{HELP}\nSections: {}.\nOnly if asked for: {}.\n", names(false), names(true))
}

fn sections(names: &str) -> Result<Vec<String>, String> {
    let names = names.split(',').map(|name| match SECTIONS.iter().find(|(section, _)| *section == name) {
        Some(_) => Ok(name.to_owned()),
        None => Err(format!("`{name}` is not a section\n\n{}", help())),
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Settings, String> {
        Settings::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_measured() {
        let usual = parse("").unwrap();
        assert!(usual.measures() && usual.wants("disk") && !usual.wants("growth"));
        let all = parse("--all").unwrap();
        assert!(all.wants("disk") && all.wants("growth") && !all.wants("ten-million"));
        let some = parse("--only disk,ten-million").unwrap();
        assert!(some.wants("disk") && some.wants("ten-million") && !some.wants("bulk"));
        assert!(!parse("--report").unwrap().measures());
        assert!(parse("--report --only disk").unwrap().measures());
        assert!(parse("--record").unwrap().measures());
    }

    #[test]
    fn a_line_that_makes_no_sense_is_explained() {
        for (line, why) in [
            ("--fast", "`--fast` is not an option"),
            ("--only disc", "`disc` is not a section"),
            ("--only", "`--only` needs a section after it"),
            ("--json --quick", "`--json` needs a file after it"),
            ("--quick --record", "leave out `--quick`"),
            ("--all --only disk", "leave one out"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.starts_with(why) || error.contains(why), "{error}");
        }
    }
}
