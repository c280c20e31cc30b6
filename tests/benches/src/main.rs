//! Keyloft beside its peers: one program, one workload, every subject in turn.
//!
//! Times are medians over rounds. A ratio is the median of the rounds' ratios to the row's first subject, so that what
//! disturbs the machine for a while disturbs both sides of it. An engine that fails ends the program: it panics.

mod measure;
mod peers;
mod people;
mod report;
mod rows;
mod settings;

use std::process::ExitCode;

use measure::{Measured, Row};
use settings::{HELP, Settings};

/// What was measured so far; each row is printed when it is done.
#[derive(Default)]
pub(crate) struct Results {
    all: Vec<Measured>,
}

impl Results {
    fn add(&mut self, row: Row<'_>) {
        let measured = row.measure();
        report::print(&measured);
        self.all.extend(measured);
    }
}

fn main() -> ExitCode {
    let Some(settings) = Settings::parse(std::env::args().skip(1)) else {
        eprint!("{HELP}");
        return ExitCode::FAILURE;
    };
    let size = postcard::to_allocvec(&people::user(1)).map_or(0, |bytes| bytes.len());
    println!(
        "Entities of {size} bytes in postcard. Ratios are to the first subject of a row; less is better.\n"
    );
    report::head();
    let mut results = Results::default();
    for (name, section) in rows::SECTIONS {
        if settings.wants(name) {
            section(&settings, &mut results);
        }
    }
    report::summary(&results.all);
    if let Some(path) = &settings.json
        && let Err(error) = report::write_json(&results.all, path)
    {
        eprintln!("error: {}: {error}", path.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
