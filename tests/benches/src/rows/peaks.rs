//! The most memory that a scan and a load need.

use std::path::Path;

use crate::Results;
use crate::child::{Task, peak};
use crate::lines::{Amount, row_of};
use crate::peers::{ENGINES, Engine, SMALL_CACHE};
use crate::settings::Settings;

/// What a load may take at most, whatever it loads.
const MOST: f64 = 256e6;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.many();
    let engines: Vec<&Engine> = ENGINES.iter().chain([&SMALL_CACHE]).collect();
    let scans = each(&engines, |engine, folder| scan(engine, folder, n));
    results.add_lines(row_of("peak memory, full scan", n, scans));

    let loads = each(&engines, |engine, folder| peak(engine, folder, Task::LoadLarge(n)));
    let mut lines = row_of("peak memory, load of 1 kB each", n, loads);
    let base = lines[0].amount.number();
    for line in lines.iter_mut().filter(|line| line.subject.starts_with("keyloft")) {
        line.target = Some(MOST / base);
    }
    results.add_lines(lines);
}

/// The peak of a scan alone, of a file that another process filled.
pub(super) fn scan(engine: &Engine, folder: &Path, n: usize) -> f64 {
    peak(engine, folder, Task::Load(n));
    peak(engine, folder, Task::Scan)
}

/// The same of each engine, in a folder of its own.
pub(super) fn each(engines: &[&Engine], peak: impl Fn(&Engine, &Path) -> f64) -> Vec<(&'static str, Amount)> {
    let peaks = engines.iter().map(|engine| {
        let folder = tempfile::tempdir().unwrap();
        (engine.name, Amount::Bytes(peak(engine, folder.path())))
    });
    peaks.collect()
}
