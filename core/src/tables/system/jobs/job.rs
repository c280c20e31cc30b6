//! [`Job`]: something that runs in the background.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::{JobStatus, JobType};
use crate::error::{Error, Place, Result};
use crate::key::{NamespaceId, TableName};

/// Something that runs, or has run, in the background.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// What it does.
    pub job_type: JobType,
    /// The namespace that it works on.
    pub namespace_id: NamespaceId,
    /// The table that it works on, if it is one.
    pub table_name: Option<TableName>,
    /// How it stands.
    pub status: JobStatus,
    /// What it was given.
    pub parameters: Option<String>,
    /// What it has found or made.
    pub result: Option<String>,
    /// What it has been doing, for people.
    pub trace: Option<String>,
    /// The memory it has used, in bytes.
    pub memory_used: Option<u64>,
    /// The processor time it has used, in microseconds.
    pub cpu_used: Option<u64>,
    /// When it was created.
    pub created_at: i64,
    /// When it began.
    pub started_at: Option<i64>,
    /// When it ended, in whatever way; jobs that have not ended have none.
    pub completed_at: Option<i64>,
    /// The node it runs on.
    pub node_id: String,
    /// Why it failed.
    pub error_message: Option<String>,
}

/// How a job ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobEnd<'a> {
    /// It has done its work, with this result.
    Completed(Option<&'a str>),
    /// It could not do it, and this is why.
    Failed(&'a str),
    /// It was called off.
    Cancelled,
}

impl Job {
    /// A job that is created, and begins, now.
    ///
    /// ```
    /// use keyloft::tables::system::{Job, JobType};
    ///
    /// let compact = Job {
    ///     table_name: Some("notes".into()),
    ///     parameters: Some(r#"{"level":2}"#.into()),
    ///     ..Job::new(JobType::Compact, "app", "node-1", 1_700_000_000_000)
    /// };
    /// # let _ = compact;
    /// ```
    pub fn new(
        job_type: JobType,
        namespace_id: impl Into<NamespaceId>,
        node_id: impl Into<String>,
        now: i64,
    ) -> Self {
        Self {
            job_type,
            namespace_id: namespace_id.into(),
            table_name: None,
            status: JobStatus::Running,
            parameters: None,
            result: None,
            trace: None,
            memory_used: None,
            cpu_used: None,
            created_at: now,
            started_at: Some(now),
            completed_at: None,
            node_id: node_id.into(),
            error_message: None,
        }
    }

    /// Ends the running job at `now`; errors name this place.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTransition`] if it has ended already.
    pub fn end(&mut self, place: &Place, end: JobEnd<'_>, now: i64) -> Result<()> {
        let to = match end {
            JobEnd::Completed(_) => JobStatus::Completed,
            JobEnd::Failed(_) => JobStatus::Failed,
            JobEnd::Cancelled => JobStatus::Cancelled,
        };
        if self.status.is_finished() {
            let (place, from, to) = (place.clone(), self.status.as_str(), to.as_str());
            return Err(Error::InvalidTransition { place, from, to });
        }
        self.status = to;
        self.completed_at = Some(now);
        match end {
            JobEnd::Completed(result) => self.result = result.map(ToOwned::to_owned),
            JobEnd::Failed(message) => self.error_message = Some(message.to_owned()),
            JobEnd::Cancelled => {}
        }
        Ok(())
    }
}
