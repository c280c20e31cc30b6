//! [`Tally`]: the numbers that a harness reports.

use std::collections::BTreeMap;
use std::fmt;

/// The numbers that a harness reports, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Reads the numbers that another program has printed: each on a line, before its name.
    pub(crate) fn read(text: &str) -> Self {
        let mut tally = Self::default();
        for line in text.lines() {
            let (count, name) = line.split_once(' ').unwrap_or_default();
            tally.add(name, count.parse().unwrap_or(0));
        }
        tally
    }

    /// Adds to a number.
    pub(crate) fn add(&mut self, name: impl Into<String>, count: u64) {
        *self.0.entry(name.into()).or_default() += count;
    }

    /// Counts one.
    pub(crate) fn count(&mut self, name: impl Into<String>) {
        self.add(name, 1);
    }

    /// Returns `true` if something was counted.
    pub(crate) fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Adds the numbers of another round.
    pub(crate) fn merge(&mut self, other: Self) {
        for (name, count) in other.0 {
            self.add(name, count);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, count)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{count} {name}")?;
        }
        Ok(())
    }
}
