//! A plot of a lane for each row, with a mark for each subject.

use super::svg::{Anchor, Drawing, Scale};

const WIDTH: f64 = 940.0;
const LEFT: f64 = 380.0;
const RIGHT: f64 = 910.0;
const LANE: f64 = 28.0;

pub(super) struct Lanes {
    pub(super) title: String,
    /// What the numbers are.
    pub(super) axis: String,
    pub(super) series: Vec<String>,
    pub(super) lanes: Vec<Lane>,
    /// Where all would be alike.
    pub(super) even: Option<f64>,
}

pub(super) struct Lane {
    pub(super) label: String,
    /// The series by their place, and their numbers.
    pub(super) marks: Vec<(usize, f64)>,
    /// What is to be reached.
    pub(super) target: Option<f64>,
}

impl Lanes {
    pub(super) fn draw(self) -> String {
        let mut drawing = Drawing::new(&self.title, WIDTH, 0.0);
        let legend = drawing.legend(56.0, &self.series);
        let top = legend + 24.0;
        let bottom = top + LANE * self.lanes.len() as f64;
        drawing.set_height(bottom + 58.0);
        let values =
            self.lanes.iter().flat_map(|lane| lane.marks.iter().map(|(_, value)| *value).chain(lane.target));
        let scale = Scale::over(values.chain(self.even), LEFT, RIGHT);
        for tick in scale.ticks() {
            let x = scale.at(tick);
            drawing.line((x, top), (x, bottom), "grid", 1.0);
            drawing.text(x, bottom + 20.0, Anchor::Middle, "soft", &tick.to_string());
        }
        if let Some(even) = self.even {
            drawing.line((scale.at(even), top), (scale.at(even), bottom), "line", 1.5);
        }
        drawing.text((LEFT + RIGHT) / 2.0, bottom + 42.0, Anchor::Middle, "soft", &self.axis);
        for (place, lane) in self.lanes.into_iter().enumerate() {
            let y = top + LANE * (place as f64 + 0.5);
            drawing.text(LEFT - 14.0, y + 4.5, Anchor::End, "ink", &lane.label);
            drawing.line((LEFT, y), (RIGHT, y), "grid", 0.6);
            if let Some(target) = lane.target {
                let x = scale.at(target);
                drawing.line((x, y - 10.0), (x, y + 10.0), "line", 3.0);
            }
            // The first series is on top, then those that are drawn hollow.
            let (first, others): (Vec<_>, Vec<_>) =
                lane.marks.into_iter().partition(|(series, _)| *series == 0);
            for (series, value) in others.into_iter().chain(first) {
                drawing.mark(scale.at(value), y, series);
            }
        }
        drawing.finish()
    }
}
