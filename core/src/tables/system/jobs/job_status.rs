//! [`JobStatus`]: the state of a job.

use serde::{Deserialize, Serialize};

use crate::enum_text::enum_text;
use crate::tables::system::code::coded;

/// The state of a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobStatus {
    /// A job that has started and not ended.
    Running,
    /// A job that has succeeded.
    Completed,
    /// A job that has ended with an error.
    Failed,
    /// A job that was cancelled before its end.
    Cancelled,
}

impl JobStatus {
    /// Returns `true` if the job has ended.
    pub fn is_finished(self) -> bool {
        self != Self::Running
    }
}

enum_text!(JobStatus {
    Running = "running",
    Completed = "completed",
    Failed = "failed",
    Cancelled = "cancelled",
});

coded!(JobStatus { Running = 0, Completed = 1, Failed = 2, Cancelled = 3 });
