//! [`JobStatus`]: how a job stands.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::tables::system::code::coded;

/// How a job stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum JobStatus {
    /// It has begun.
    Running,
    /// It has done what it was to do.
    Completed,
    /// It has not, and has ended.
    Failed,
    /// It was ended before.
    Cancelled,
}

impl JobStatus {
    /// Whether the job has ended.
    pub fn is_finished(self) -> bool {
        self != Self::Running
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

coded!(JobStatus { Running = 0, Completed = 1, Failed = 2, Cancelled = 3 });
