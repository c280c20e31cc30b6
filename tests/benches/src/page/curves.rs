//! A plot of a small panel for each row, with a curve for each subject over the number of entities.

use super::svg::{Anchor, Drawing, Scale};

const COLUMNS: usize = 3;
const PANEL: (f64, f64) = (290.0, 210.0);
/// What is left free in a panel on the left, above, on the right and below.
const FREE: (f64, f64, f64, f64) = (74.0, 34.0, 16.0, 30.0);

pub(super) struct Curves {
    pub(super) title: String,
    pub(super) series: Vec<String>,
    pub(super) panels: Vec<Panel>,
}

pub(super) struct Panel {
    pub(super) label: String,
    /// For each series, its points: the number of entities, and the time.
    pub(super) curves: Vec<Vec<(f64, f64)>>,
}

impl Curves {
    pub(super) fn draw(self) -> String {
        let lines = self.panels.len().div_ceil(COLUMNS);
        let width = 30.0 + PANEL.0 * COLUMNS as f64;
        let mut drawing = Drawing::new(&self.title, width, 84.0 + PANEL.1 * lines as f64);
        drawing.legend(56.0, &self.series);
        for (place, panel) in self.panels.iter().enumerate() {
            let (column, line) = (place % COLUMNS, place / COLUMNS);
            panel.draw(&mut drawing, 10.0 + PANEL.0 * column as f64, 70.0 + PANEL.1 * line as f64);
        }
        drawing.finish()
    }
}

impl Panel {
    fn draw(&self, drawing: &mut Drawing, left: f64, top: f64) {
        let (x1, x2) = (left + FREE.0, left + PANEL.0 - FREE.2);
        let (y1, y2) = (top + FREE.1, top + PANEL.1 - FREE.3);
        let points = || self.curves.iter().flatten();
        let across = Scale::over(points().map(|(n, _)| *n), x1, x2);
        // At least a decade, or what is flat would look steep.
        let least = points().map(|(_, time)| *time).fold(f64::MAX, f64::min);
        let up = Scale::over(points().map(|(_, time)| *time).chain([least * 8.0]), y2, y1);
        drawing.heading(x1, top + 22.0, 13, &self.label);
        for tick in across.ticks().into_iter().filter(|tick| tick.log10().fract() == 0.0) {
            drawing.line((across.at(tick), y1), (across.at(tick), y2), "grid", 1.0);
            let power = tick.log10() as usize;
            let n = ["1", "10", "100", "1k", "10k", "100k", "1M", "10M", "100M"]
                .get(power)
                .copied()
                .unwrap_or("");
            drawing.text(across.at(tick), y2 + 18.0, Anchor::Middle, "soft", n);
        }
        for tick in up.ticks() {
            drawing.line((x1, up.at(tick)), (x2, up.at(tick)), "grid", 1.0);
            drawing.text(x1 - 8.0, up.at(tick) + 4.5, Anchor::End, "soft", &round_time(tick));
        }
        for (series, curve) in self.curves.iter().enumerate().rev() {
            let points: Vec<(f64, f64)> =
                curve.iter().map(|(n, time)| (across.at(*n), up.at(*time))).collect();
            drawing.curve(&points, series);
            points.iter().for_each(|(x, y)| drawing.mark(*x, *y, series));
        }
    }
}

/// `5 µs`.
fn round_time(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns} ns"),
        ns if ns < 1e6 => format!("{} µs", ns / 1e3),
        ns if ns < 1e9 => format!("{} ms", ns / 1e6),
        ns => format!("{} s", ns / 1e9),
    }
}
