//! The tables of `RESULTS.md`.

use std::fmt::Write as _;

use super::Kept;
use crate::lines::{Line, thousands};

/// The sections whose rows stand beside raw redb.
pub(super) const ON_DISK: &[&str] = &["disk", "million"];
/// A subject of the rows that every peer has a part in.
const PEER: &str = "native_db";

/// A table by its name, if there is one of that name.
pub(super) fn table(name: &str, kept: &Kept) -> Option<String> {
    let table = match name {
        "targets" => targets(kept),
        "peers" => ratios(&beside_peers(kept)),
        "ahead" => ahead(&beside_peers(kept)),
        "fjall" => ratios(&kept.of(&["fjall"])),
        "memory" => ratios(&kept.of(&["memory"])),
        "others" => others(kept),
        "sharing" => ratios(&kept.of(&["sharing"])),
        "growth" => growth(&kept.of(&["growth", "ten-million"])),
        "files" => amounts(&kept.of(&["files"])),
        "peaks" => amounts(&peaks(kept)),
        "js" => ratios(&kept.of(&["js"])),
        "js-files" => ratios(&kept.of(&["js-files"])),
        "browser" => ratios(&kept.of(&["browser"])),
        "object" => ratios(&kept.of(&["object"])),
        _ => return None,
    };
    Some(if table.is_empty() { "Not measured.".to_owned() } else { table.replace('<', "&lt;") })
}

/// The rows of the same name over stores of the same size, in their order.
pub(super) fn rows<'a>(lines: &[&'a Line]) -> Vec<Vec<&'a Line>> {
    let mut rows: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        match rows.iter_mut().find(|row| (&row[0].row, row[0].n) == (&line.row, line.n)) {
            Some(row) => row.push(line),
            None => rows.push(vec![line]),
        }
    }
    rows
}

/// Every subject but raw redb, which is the baseline or has a line elsewhere, in the order of their coming.
pub(super) fn subjects(lines: &[&Line]) -> Vec<String> {
    let mut subjects = Vec::new();
    for line in lines.iter().filter(|line| !line.is_baseline() && line.subject != "raw redb") {
        if !subjects.contains(&line.subject) {
            subjects.push(line.subject.clone());
        }
    }
    subjects
}

/// The rows on a disk that all engines have a part in.
pub(super) fn beside_peers(kept: &Kept) -> Vec<&Line> {
    let rows = rows(&kept.of(ON_DISK));
    rows.into_iter().filter(|row| row.iter().any(|line| line.subject == PEER)).flatten().collect()
}

fn peaks(kept: &Kept) -> Vec<&Line> {
    let lines = kept.of(&["peaks", "ten-million"]);
    lines.into_iter().filter(|line| line.row.starts_with("peak")).collect()
}

fn targets(kept: &Kept) -> String {
    let verdicts: Vec<bool> = kept.all().filter_map(Line::met).collect();
    if verdicts.is_empty() {
        return String::new();
    }
    let met = verdicts.iter().filter(|met| **met).count();
    let mut table = format!("{met} of {} are met.\n\n", verdicts.len());
    table += "| row | n | baseline | Keyloft | ratio | target | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
    for row in rows(&kept.all().collect::<Vec<_>>()) {
        for line in row.iter().filter(|line| line.target.is_some()) {
            let base = row.iter().find(|line| line.is_baseline()).map_or(String::new(), |base| base.amount());
            let base = if line.baseline == "raw redb" { base } else { format!("{base} ({})", line.baseline) };
            let verdict = if line.met() == Some(true) { "met" } else { "missed" };
            let ours = line.variant().map_or(line.amount(), |how| format!("{} ({how})", line.amount()));
            let (name, n, ratio) = (&line.row, thousands(line.n), line.ratio);
            let target = line.target.unwrap_or_default();
            let _ =
                writeln!(table, "| {name} | {n} | {base} | {ours} | {ratio:.2} | {target:.2} | {verdict} |");
        }
    }
    table
}

/// A column for each subject: its ratio to the baseline.
fn ratios(lines: &[&Line]) -> String {
    pivot(lines, |line| format!("{:.2}", line.ratio))
}

/// A column for each subject: its time or size.
fn amounts(lines: &[&Line]) -> String {
    pivot(lines, Line::amount)
}

fn pivot(lines: &[&Line], cell: impl Fn(&Line) -> String) -> String {
    let rows = rows(lines);
    let Some(first) = rows.first() else { return String::new() };
    let subjects = subjects(lines);
    let mut table = format!("| row | n | {} |", first[0].baseline);
    subjects.iter().for_each(|subject| table += &format!(" {subject} |"));
    table += &format!("\n| --- | ---: |{}\n", " ---: |".repeat(subjects.len() + 1));
    for row in rows {
        let _ = write!(table, "| {} | {} | {} |", row[0].row, thousands(row[0].n), row[0].amount());
        for subject in &subjects {
            let line = row.iter().find(|line| line.subject == *subject);
            let _ = write!(table, " {} |", line.map_or("–".to_owned(), |line| cell(line)));
        }
        table.push('\n');
    }
    table
}

/// In which rows each peer takes less than Keyloft.
fn ahead(lines: &[&Line]) -> String {
    let rows = rows(lines);
    let ours = |row: &[&Line]| row.iter().find(|line| line.subject == "keyloft").map(|line| line.ratio);
    let mut list = String::new();
    for peer in subjects(lines).iter().filter(|subject| *subject != "keyloft") {
        let mut ahead = Vec::new();
        for row in &rows {
            let theirs = row.iter().find(|line| line.subject == *peer).map(|line| line.ratio);
            if let (Some(ours), Some(theirs)) = (ours(row), theirs)
                && theirs < ours
            {
                let (name, n) = (&row[0].row, thousands(row[0].n));
                ahead.push(format!("{name} (n = {n}: {theirs:.2} to {ours:.2})"));
            }
        }
        let rest = if ahead.is_empty() { ".".to_owned() } else { format!(": {}.", ahead.join("; ")) };
        let _ = writeln!(
            list,
            "- **{peer}** is ahead of Keyloft in {} of {} rows{rest}",
            ahead.len(),
            rows.len()
        );
    }
    list
}

/// What no other table shows: other ways to do the same.
fn others(kept: &Kept) -> String {
    let shown = beside_peers(kept);
    let skipped = [
        "memory",
        "sharing",
        "growth",
        "files",
        "peaks",
        "ten-million",
        "js",
        "js-files",
        "browser",
        "object",
    ];
    let sections = kept.0.iter().map(|(name, _)| *name).filter(|name| !skipped.contains(name));
    let mut table =
        String::from("| row | n | subject | median | ratio |\n| --- | ---: | --- | ---: | ---: |\n");
    for line in kept.of(&sections.collect::<Vec<_>>()) {
        let elsewhere = line.subject != "raw redb" && shown.contains(&line);
        if line.is_baseline() || line.target.is_some() || elsewhere {
            continue;
        }
        let (row, n, subject, median) = (&line.row, thousands(line.n), &line.subject, line.amount());
        let _ = writeln!(table, "| {row} | {n} | {subject} | {median} | {:.2} |", line.ratio);
    }
    table
}

/// Keyloft's times, a column for each size of the store, and their ratios to raw redb.
fn growth(lines: &[&Line]) -> String {
    let of_growth: Vec<&Line> = lines
        .iter()
        .copied()
        .filter(|line| line.subject == "keyloft" && line.row.starts_with("growth"))
        .collect();
    let mut sizes: Vec<usize> = of_growth.iter().map(|line| line.n).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut works: Vec<&str> = Vec::new();
    for line in &of_growth {
        if !works.contains(&&*line.row) {
            works.push(&line.row);
        }
    }
    if works.is_empty() {
        return String::new();
    }
    let mut table = String::from("| work |");
    sizes.iter().for_each(|n| table += &format!(" {} |", thousands(*n)));
    table += &format!("\n| --- |{}\n", " ---: |".repeat(sizes.len()));
    for work in works {
        let _ = write!(table, "| {} |", work.trim_start_matches("growth: "));
        for n in &sizes {
            let line = of_growth.iter().find(|line| line.row == work && line.n == *n);
            let cell = line.map_or("–".to_owned(), |line| format!("{} ({:.2})", line.amount(), line.ratio));
            let _ = write!(table, " {cell} |");
        }
        table.push('\n');
    }
    table
}
