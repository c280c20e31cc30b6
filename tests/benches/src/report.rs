//! What is printed: a table for people, lines of JSON for programs.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::measure::Measured;

/// The head of the table.
pub(crate) fn head() {
    println!("{:<46} {:>9} {:<26} {:>14} {:>7} {:>7}", "row", "n", "subject", "median", "ratio", "target");
}

/// A row of the table: a line for each subject.
pub(crate) fn print(row: &[Measured]) {
    for (place, measured) in row.iter().enumerate() {
        let (name, n) = if place == 0 { (measured.row, measured.n.to_string()) } else { ("", String::new()) };
        let target = measured.target.map_or(String::new(), |target| format!("{target:.2}"));
        let verdict = match measured.met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let time = time(measured.median_ns);
        println!(
            "{name:<46} {n:>9} {:<26} {time:>14} {:>7.2} {target:>7} {verdict}",
            measured.subject, measured.ratio
        );
    }
}

/// The last lines of the table.
pub(crate) fn summary(all: &[Measured]) {
    let targets = all.iter().filter_map(Measured::met);
    let met = targets.clone().filter(|met| *met).count();
    println!("\n{met} of {} targets met", targets.count());
    for missed in all.iter().filter(|measured| measured.met() == Some(false)) {
        let target = missed.target.unwrap_or_default();
        println!("missed: {}, n = {}: {:.2}, target {target:.2}", missed.row, missed.n, missed.ratio);
    }
}

/// Writes a line of JSON for each subject of each row. No name holds what JSON escapes.
pub(crate) fn write_json(all: &[Measured], path: &Path) -> io::Result<()> {
    let mut lines = String::new();
    for Measured { row, n, subject, baseline, median_ns, ratio, target } in all {
        let target = target.map_or("null".to_owned(), |target| format!("{target:.4}"));
        let _ = writeln!(
            lines,
            r#"{{"row":"{row}","n":{n},"subject":"{subject}","baseline":"{baseline}","median_ns":{median_ns:.1},"ratio":{ratio:.4},"target":{target}}}"#
        );
    }
    fs::write(path, lines)
}

fn time(ns: f64) -> String {
    if ns < 10_000.0 {
        format!("{ns:.0} ns")
    } else if ns < 10_000_000.0 {
        format!("{:.1} µs", ns / 1e3)
    } else {
        format!("{:.1} ms", ns / 1e6)
    }
}
