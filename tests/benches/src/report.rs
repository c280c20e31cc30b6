//! What is printed while it is measured.

use crate::lines::Line;

/// The head of the table.
pub(crate) fn head() {
    println!("{:<46} {:>10} {:<26} {:>14} {:>7} {:>7}", "row", "n", "subject", "median", "ratio", "target");
}

/// A row of the table: a line for each subject.
pub(crate) fn print(row: &[Line]) {
    for (place, line) in row.iter().enumerate() {
        let (name, n) = if place == 0 { (&*line.row, line.n.to_string()) } else { ("", String::new()) };
        let target = line.target.map_or(String::new(), |target| format!("{target:.2}"));
        let verdict = match line.met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        println!(
            "{name:<46} {n:>10} {:<26} {:>14} {:>7.2} {target:>7} {verdict}",
            line.subject,
            line.amount(),
            line.ratio
        );
    }
}

/// The last lines of the table.
pub(crate) fn summary(all: &[Line]) {
    let targets = all.iter().filter_map(Line::met);
    let met = targets.clone().filter(|met| *met).count();
    println!("\n{met} of {} targets met", targets.count());
    for missed in all.iter().filter(|line| line.met() == Some(false)) {
        let target = missed.target.unwrap_or_default();
        println!("missed: {}, n = {}: {:.2}, target {target:.2}", missed.row, missed.n, missed.ratio);
    }
}
