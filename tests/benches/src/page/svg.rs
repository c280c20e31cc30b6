//! Drawings in SVG, for light and for dark pages.

use std::fmt::Write as _;

/// The colours of series, in their order; each is seen on white and on black.
const COLOURS: [&str; 9] =
    ["#e5484d", "#3b82f6", "#2da44e", "#c98a00", "#986ee2", "#0fa3a3", "#d6409f", "#a0662f", "#808890"];

const STYLE: &str = "\
<style>
.paper{fill:#fff}.ink{fill:#1c2128}.soft{fill:#57606a}
.grid{stroke:#d8dee4}.line{stroke:#57606a}.halo{stroke:#fff}
@media(prefers-color-scheme:dark){
.paper{fill:#0d1117}.ink{fill:#e6edf3}.soft{fill:#9198a1}
.grid{stroke:#2a313a}.line{stroke:#9198a1}.halo{stroke:#0d1117}}
</style>
";

/// Where a text's position is in the text.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing that grows shape by shape.
pub(super) struct Drawing {
    body: String,
    width: f64,
    height: f64,
    title: String,
}

impl Drawing {
    pub(super) fn new(title: &str, width: f64, height: f64) -> Self {
        let mut drawing = Self { body: String::new(), width, height, title: title.to_owned() };
        drawing.heading(20.0, 30.0, 16, title);
        drawing
    }

    /// For a drawing whose height depends on what was drawn first.
    pub(super) fn set_height(&mut self, height: f64) {
        self.height = height;
    }

    /// Its class says how it looks: `ink` or `soft`.
    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#
        );
    }

    pub(super) fn heading(&mut self, x: f64, y: f64, size: usize, text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" font-weight="600" class="ink">{text}</text>"#
        );
    }

    /// Its class says how it looks: `grid` or `line`.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str, width: f64) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = writeln!(
            self.body,
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}" stroke-width="{width}"/>"#
        );
    }

    /// A line through points, in the colour of a series.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], series: usize) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let (points, colour) = (points.join(" "), colour(series));
        let _ = writeln!(
            self.body,
            r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>"#
        );
    }

    /// A point of a series. Each has its shape, for those who don't tell its colour from another's.
    pub(super) fn mark(&mut self, x: f64, y: f64, series: usize) {
        let full = format!(r#"fill="{}" class="halo""#, colour(series));
        let hollow = format!(r#"fill="none" stroke="{}" stroke-width="2.5""#, colour(series));
        let around = |points: &[(f64, f64)]| {
            let points: Vec<String> =
                points.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
            format!(r#"<polygon points="{}" {full}/>"#, points.join(" "))
        };
        let shape = match series % 8 {
            0 => format!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="6.5" {full}/>"#),
            1 => around(&[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]),
            2 => around(&[(0.0, -6.5), (6.0, 5.0), (-6.0, 5.0)]),
            3 => around(&[(0.0, -6.5), (6.5, 0.0), (0.0, 6.5), (-6.5, 0.0)]),
            4 => around(&[(-6.0, -5.0), (6.0, -5.0), (0.0, 6.5)]),
            5 => format!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="4.5" {hollow}/>"#),
            6 => format!(r#"<rect x="{:.1}" y="{:.1}" width="8" height="8" {hollow}/>"#, x - 4.0, y - 4.0),
            _ => format!(r#"<path d="M{:.1} {:.1}l9 9m0 -9l-9 9" {hollow}/>"#, x - 4.5, y - 4.5),
        };
        self.body += &shape;
        self.body.push('\n');
    }

    /// Names the series in a line, from the left, and breaks it where it is full; returns where the last line is.
    pub(super) fn legend(&mut self, y: f64, names: &[String]) -> f64 {
        let (mut x, mut y) = (28.0, y);
        for (series, name) in names.iter().enumerate() {
            let width = 34.0 + 7.2 * name.chars().count() as f64;
            if x + width > self.width {
                (x, y) = (28.0, y + 22.0);
            }
            self.mark(x, y, series);
            self.text(x + 12.0, y + 4.5, Anchor::Start, "ink", name);
            x += width;
        }
        y
    }

    pub(super) fn finish(self) -> String {
        let Self { body, width, height, title } = self;
        let title = escaped(&title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui,sans-serif\" font-size=\"13\" role=\"img\">\n\
             <title>{title}</title>\n{STYLE}<rect width=\"{width}\" height=\"{height}\" rx=\"8\" class=\"paper\"/>\n\
             {body}</svg>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// A scale that has the same length for each doubling.
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From the smallest to the largest of the values, with a little room on both sides, onto a stretch of the drawing.
    pub(super) fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) =
            values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        Self { low: low / 1.25, high: high * 1.25, from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        self.from + share * (self.to - self.from)
    }

    /// Round numbers that lie on it: ones, twos and fives, or ones alone where these would be many.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let steps: &[f64] = if self.high / self.low > 1000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let ticks = powers.flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)));
        ticks.filter(|tick| (self.low..=self.high).contains(tick)).collect()
    }
}
