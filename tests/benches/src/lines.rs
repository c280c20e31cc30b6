//! What was measured, as lines of JSON: one for each subject of each row.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What was measured of one subject in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) row: String,
    /// How many entities the stores hold.
    pub(crate) n: usize,
    pub(crate) subject: String,
    pub(crate) baseline: String,
    #[serde(flatten)]
    pub(crate) amount: Amount,
    /// To the baseline; of times, the median of the rounds' ratios.
    pub(crate) ratio: f64,
    /// What the ratio may be.
    pub(crate) target: Option<f64>,
}

/// A time for each operation, or a size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Amount {
    MedianNs(f64),
    Bytes(f64),
}

impl Line {
    /// Whether the target was met, if this subject has one.
    pub(crate) fn met(&self) -> Option<bool> {
        self.target.map(|target| self.ratio <= target)
    }

    /// Whether this is what the others of its row are compared with.
    pub(crate) fn is_baseline(&self) -> bool {
        self.subject == self.baseline
    }

    /// What sets this subject apart from the row's other ones that are Keyloft, if anything does.
    pub(crate) fn variant(&self) -> Option<&str> {
        self.subject.strip_prefix("keyloft, ")
    }

    /// The time or the size, as people write it.
    pub(crate) fn amount(&self) -> String {
        self.amount.to_string()
    }
}

impl Amount {
    pub(crate) fn number(self) -> f64 {
        match self {
            Self::MedianNs(number) | Self::Bytes(number) => number,
        }
    }

    fn rounded(self) -> Self {
        match self {
            Self::MedianNs(number) => Self::MedianNs(round(number, 10.0)),
            Self::Bytes(number) => Self::Bytes(number.round()),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::MedianNs(ns) if ns < 10_000.0 => write!(f, "{} ns", thousands(ns.round() as usize)),
            Self::MedianNs(ns) if ns < 1_000_000.0 => write!(f, "{:.1} µs", ns / 1e3),
            Self::MedianNs(ns) => write!(f, "{:.2} ms", ns / 1e6),
            Self::Bytes(bytes) if bytes < 10_000.0 => write!(f, "{} B", thousands(bytes.round() as usize)),
            Self::Bytes(bytes) => write!(f, "{:.0} MB", bytes / 1e6),
        }
    }
}

/// A row of amounts that were measured once, the first being the baseline.
pub(crate) fn row_of(row: &str, n: usize, amounts: Vec<(&str, Amount)>) -> Vec<Line> {
    let (baseline, base) = (amounts[0].0, amounts[0].1.number());
    let lines = amounts.iter().map(|(subject, amount)| Line {
        row: row.to_owned(),
        n,
        subject: (*subject).to_owned(),
        baseline: baseline.to_owned(),
        amount: *amount,
        ratio: amount.number() / base,
        target: None,
    });
    lines.collect()
}

/// Reads a file of such lines.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("{}:{}: {error}", path.display(), number + 1))
        })
        .collect()
}

/// Writes a file of such lines.
pub(crate) fn write(lines: &[Line], path: &Path) -> Result<(), String> {
    let mut text = String::new();
    for line in lines {
        let rounded = Line {
            amount: line.amount.rounded(),
            ratio: round(line.ratio, 1e4),
            target: line.target.map(|target| round(target, 1e4)),
            ..line.clone()
        };
        text += &serde_json::to_string(&rounded).map_err(|error| error.to_string())?;
        text.push('\n');
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// `1,000,000`.
pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn round(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_fields_that_other_programs_read() {
        let line = Line {
            row: "get".into(),
            n: 10,
            subject: "keyloft".into(),
            baseline: "raw redb".into(),
            amount: Amount::MedianNs(1234.56),
            ratio: 0.66,
            target: Some(0.65),
        };
        let file = tempfile::NamedTempFile::new().unwrap();
        write(
            &[line.clone(), Line { amount: Amount::Bytes(9.0), target: None, ..line.clone() }],
            file.path(),
        )
        .unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let first = r#"{"row":"get","n":10,"subject":"keyloft","baseline":"raw redb","median_ns":1234.6,"ratio":0.66,"target":0.65}"#;
        assert_eq!(text.lines().next(), Some(first));
        let second = first.replace(r#""median_ns":1234.6"#, r#""bytes":9.0"#).replace("0.65}", "null}");
        assert_eq!(text.lines().nth(1), Some(&*second));

        let read = read(file.path()).unwrap();
        assert_eq!(read[0], Line { amount: Amount::MedianNs(1234.6), ..line });
        assert_eq!((read[0].met(), read[1].met()), (Some(false), None));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "\n{\"row\":\"get\"}\n").unwrap();
        let error = read(file.path()).unwrap_err();
        assert!(error.contains(":2: missing field"), "{error}");
    }
}
