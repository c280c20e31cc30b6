//! The plots of `RESULTS.md`.

use super::Kept;
use super::curves::{Curves, Panel};
use super::lanes::{Lane, Lanes};
use super::tables::{beside_peers, rows, subjects};
use crate::lines::{Line, thousands};

/// Each that there are lines for, by its name.
pub(super) fn all(kept: &Kept) -> Vec<(&'static str, String)> {
    let peers = beside_peers(kept);
    let plots = [
        ("targets", targets(kept)),
        ("peers", ratios("On a disk: time beside redb by hand", "raw redb = 1, less is better", &peers)),
        (
            "memory",
            ratios(
                "In memory: time beside a BTreeMap",
                "RwLock<BTreeMap> = 1, less is better",
                &kept.of(&["memory"]),
            ),
        ),
        ("growth", growth(&kept.of(&["growth", "ten-million"]))),
        ("files", files(&kept.of(&["files"]))),
        ("js", ratios("JavaScript in Node", "memory-level = 1, less is better", &kept.of(&["js"]))),
        (
            "browser",
            ratios(
                "In Chromium, on private files",
                "sqlite-wasm = 1, less is better",
                &kept.of(&["browser"]),
            ),
        ),
    ];
    plots.into_iter().filter_map(|(name, plot)| Some((name, plot?))).collect()
}

fn label(line: &Line) -> String {
    format!("{}, {}", line.row, short(line.n))
}

/// `100k`.
fn short(n: usize) -> String {
    match n {
        n if n >= 1_000_000 && n % 1_000_000 == 0 => format!("{}M", n / 1_000_000),
        n if n >= 1000 && n % 1000 == 0 => format!("{}k", n / 1000),
        n => thousands(n),
    }
}

/// Keyloft's ratios, and what they are to be.
fn targets(kept: &Kept) -> Option<String> {
    let lanes: Vec<Lane> = kept
        .all()
        .filter_map(|line| {
            let series = usize::from(line.met()?);
            let label = line.variant().map_or(label(line), |how| format!("{}, {how}", label(line)));
            Some(Lane { label, marks: vec![(series, line.ratio)], target: line.target })
        })
        .collect();
    let lanes = Lanes {
        title: "Keyloft, and what is to be reached (the bar; further left is better)".into(),
        axis: "the row's baseline = 1".into(),
        series: vec!["missed".into(), "met".into()],
        lanes,
        even: Some(1.0),
    };
    (!lanes.lanes.is_empty()).then(|| lanes.draw())
}

fn ratios(title: &str, axis: &str, lines: &[&Line]) -> Option<String> {
    lanes(title, axis, lines, subjects(lines), |line| line.ratio, Some(1.0))
}

fn files(lines: &[&Line]) -> Option<String> {
    let mut series = subjects(lines);
    series.push(lines.first()?.baseline.clone());
    lanes(
        "On the disk",
        "bytes for each entity, less is better",
        lines,
        series,
        |line| line.amount.number(),
        None,
    )
}

fn lanes(
    title: &str,
    axis: &str,
    lines: &[&Line],
    series: Vec<String>,
    number: impl Fn(&Line) -> f64,
    even: Option<f64>,
) -> Option<String> {
    let lanes: Vec<Lane> = rows(lines)
        .iter()
        .map(|row| {
            let place = |line: &&Line| series.iter().position(|name| *name == line.subject);
            let marks = row.iter().filter_map(|line| Some((place(line)?, number(line)))).collect();
            Lane { label: label(row[0]), marks, target: None }
        })
        .collect();
    let (title, axis) = (title.to_owned(), axis.to_owned());
    (!lanes.is_empty()).then(|| Lanes { title, axis, series, lanes, even }.draw())
}

/// Keyloft's times and raw redb's, over the number of entities.
fn growth(lines: &[&Line]) -> Option<String> {
    const PAIR: [&str; 2] = ["keyloft", "raw redb"];
    let mut panels: Vec<Panel> = Vec::new();
    for line in lines.iter().filter(|line| line.row.starts_with("growth: ")) {
        let label = line.row.trim_start_matches("growth: ");
        let place = panels.iter().position(|panel| panel.label == label).unwrap_or_else(|| {
            panels.push(Panel { label: label.to_owned(), curves: vec![Vec::new(); PAIR.len()] });
            panels.len() - 1
        });
        if let Some(series) = PAIR.iter().position(|subject| *subject == line.subject) {
            panels[place].curves[series].push((line.n as f64, line.amount.number()));
        }
    }
    let series = PAIR.map(str::to_owned).into();
    let title = "How the time grows with the number of entities".to_owned();
    (!panels.is_empty()).then(|| Curves { title, series, panels }.draw())
}
