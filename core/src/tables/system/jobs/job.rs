//! [`Job`]: a background job.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::{JobStatus, JobType};
use crate::error::{ErrorKind, Place, Result};
use crate::key::{NamespaceId, TableName};
use crate::tables::shape::stored;

/// A background job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The kind of work.
    pub job_type: JobType,
    /// The job's namespace.
    pub namespace_id: NamespaceId,
    /// The job's table, if it works on one table only.
    pub table_name: Option<TableName>,
    /// The state of the job.
    pub status: JobStatus,
    /// The input of the job.
    pub parameters: Option<String>,
    /// The output of the completed job.
    pub result: Option<String>,
    /// A log of the job's work, for people.
    pub trace: Option<String>,
    /// The memory used, in bytes.
    pub memory_used: Option<u64>,
    /// The processor time used, in microseconds.
    pub cpu_used: Option<u64>,
    /// The time of creation.
    pub created_at: i64,
    /// The time of the start.
    pub started_at: Option<i64>,
    /// The time of the end. A running job has none.
    pub completed_at: Option<i64>,
    /// The node that runs the job.
    pub node_id: String,
    /// The error of the failed job.
    pub error_message: Option<String>,
}

stored!(Job {
    job_type: JobType,
    namespace_id: NamespaceId,
    table_name: Option<TableName>,
    status: JobStatus,
    parameters: Option<String>,
    result: Option<String>,
    trace: Option<String>,
    memory_used: Option<u64>,
    cpu_used: Option<u64>,
    created_at: i64,
    started_at: Option<i64>,
    completed_at: Option<i64>,
    node_id: String,
    error_message: Option<String>,
});

/// The end of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobEnd<'a> {
    /// Success, with a result.
    Completed(Option<&'a str>),
    /// Failure, with an error message.
    Failed(&'a str),
    /// Cancellation.
    Cancelled,
}

impl Job {
    /// Creates a running job that starts at `now`.
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

    /// Ends the running job at `now`. An error names `place`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTransition`] if the job has ended already.
    pub fn end(&mut self, place: &Place, end: JobEnd<'_>, now: i64) -> Result<()> {
        let to = match end {
            JobEnd::Completed(_) => JobStatus::Completed,
            JobEnd::Failed(_) => JobStatus::Failed,
            JobEnd::Cancelled => JobStatus::Cancelled,
        };
        if self.status.is_finished() {
            let (place, from, to) = (place.clone(), self.status.as_str(), to.as_str());
            return Err(ErrorKind::InvalidTransition { place, from, to }.into());
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
