//! Keyloft beside its peers: one program, one workload, every subject in turn.
//!
//! Times are medians over rounds. A ratio is the median of the rounds' ratios to the row's first subject, so that what
//! disturbs the machine for a while disturbs both sides of it. An engine that fails ends the program: it panics.

mod child;
mod lines;
mod measure;
mod page;
mod peers;
mod people;
mod report;
mod rows;
mod settings;

use std::path::Path;
use std::process::ExitCode;

use lines::Line;
use measure::Row;
use settings::{Settings, help};

/// What was measured so far; each row is printed when it is done.
#[derive(Default)]
pub(crate) struct Results {
    all: Vec<Line>,
}

impl Results {
    fn add(&mut self, row: Row<'_>) {
        self.add_lines(row.measure());
    }

    fn add_lines(&mut self, row: Vec<Line>) {
        report::print(&row);
        self.all.extend(row);
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(work) = child::work_of(&args) {
        work.run();
        return ExitCode::SUCCESS;
    }
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    match Settings::parse(args.into_iter()).and_then(|settings| run(&settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if settings.measures() {
        measure(settings, folder)?;
    }
    if settings.record || settings.report { page::write(folder) } else { Ok(()) }
}

fn measure(settings: &Settings, folder: &Path) -> Result<(), String> {
    let size = postcard::to_allocvec(&people::user(1)).map_or(0, |bytes| bytes.len());
    println!(
        "Entities of {size} bytes in postcard. Ratios are to the first subject of a row; less is better.\n"
    );
    report::head();
    let mut all = Vec::new();
    for (name, section) in rows::SECTIONS.iter().filter(|(name, _)| settings.wants(name)) {
        let mut results = Results::default();
        section(settings, &mut results);
        if settings.record {
            lines::write(&results.all, &page::lines_of(folder, name))?;
        }
        all.extend(results.all);
    }
    report::summary(&all);
    settings.json.as_ref().map_or(Ok(()), |path| lines::write(&all, path))
}
