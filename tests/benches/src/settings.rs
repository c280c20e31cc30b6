//! What the command line says.

use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Usage: keyloft-benches [--quick] [--json FILE] [--only SECTION]

  --quick         Fewer rounds over fewer entities: minutes instead of an hour.
  --json FILE     Also a line of JSON for each subject of each row.
  --only SECTION  One of disk, million, bulk, threads, ranges, open, memory, layers.

The files are put where the variable TMPDIR says: on a disk, if durable writes are to mean anything.
";

pub(crate) struct Settings {
    pub(crate) quick: bool,
    pub(crate) json: Option<PathBuf>,
    only: Option<String>,
}

impl Settings {
    /// `None` if the line can't be understood.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let mut settings = Self { quick: false, json: None, only: None };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => settings.quick = true,
                "--json" => settings.json = Some(args.next()?.into()),
                "--only" => settings.only = Some(args.next()?),
                _ => return None,
            }
        }
        Some(settings)
    }

    pub(crate) fn wants(&self, section: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == section)
    }

    /// The first if it is to be quick.
    pub(crate) fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    /// How many entities a store holds.
    pub(crate) fn n(&self) -> usize {
        self.pick(50_000, 100_000)
    }

    /// How many rounds a row takes whose rounds are short.
    pub(crate) fn rounds(&self) -> usize {
        self.pick(101, 201)
    }
}
