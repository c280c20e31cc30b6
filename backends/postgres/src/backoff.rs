//! [`Backoff`]: the pauses between the runs of a body.

use std::thread;
use std::time::Duration;

/// The longest pause after the first run. It doubles with each run.
const FIRST: Duration = Duration::from_millis(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(100);

/// The pauses between the runs of a body. They grow, and are random so that two transactions don't meet again and again.
pub(crate) struct Backoff {
    runs: u32,
    most: u32,
}

impl Backoff {
    /// Allows this number of runs.
    pub(crate) fn new(most: u32) -> Self {
        Self { runs: 1, most }
    }

    /// Returns the number of runs that have begun.
    pub(crate) fn runs(&self) -> u32 {
        self.runs
    }

    /// Waits before the next run. Returns `false` if no further run is allowed.
    pub(crate) fn next_run(&mut self) -> bool {
        if self.runs >= self.most {
            return false;
        }
        let longest = FIRST.saturating_mul(1_u32.checked_shl(self.runs - 1).unwrap_or(u32::MAX)).min(LONGEST);
        thread::sleep(longest.mul_f64(fastrand::f64()));
        self.runs += 1;
        true
    }
}
