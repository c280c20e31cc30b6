//! [`Turn`]: the time that a transaction may wait for its turn to write.

use std::time::{Duration, Instant};

use keyloft::error::Place;
use keyloft::{Error, ErrorKind};

/// The time that a transaction may wait for its turn to write, from its call on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    patience: Duration,
    /// `None` for a time that no clock reaches.
    until: Option<Instant>,
}

/// The longest sleep between two tries. A writer of another process leaves the file free for a short time only.
const LONGEST_SLEEP: Duration = Duration::from_micros(500);

impl Turn {
    pub(crate) fn within(patience: Duration) -> Self {
        Self { patience, until: Instant::now().checked_add(patience) }
    }

    /// Calls `attempt` until it returns a value, or until the time is over. Returns `None` then.
    pub(crate) fn wait<T, E>(
        self,
        mut attempt: impl FnMut() -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        let mut sleep = Duration::from_micros(20);
        loop {
            if let Some(value) = attempt()? {
                return Ok(Some(value));
            }
            let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            std::thread::sleep(left.map_or(sleep, |left| left.min(sleep)));
            sleep = (sleep * 2).min(LONGEST_SLEEP);
        }
    }

    /// Returns the error of a turn that did not come.
    pub(crate) fn missed(self, path: &str) -> Error {
        let waited_ms = u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX);
        ErrorKind::WriterBusy { place: Place::at_path(path), waited_ms }.into()
    }
}
