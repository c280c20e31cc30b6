//! [`JobReader`] and [`JobWriter`]: the additional reads and writes of `system_jobs`.

use super::{COMPLETED_AT, Job, JobEnd, NAMESPACE};
use crate::error::Result;
use crate::key::{JobId, NamespaceId, Prefix};
use crate::store::{Cursor, EntityReader, EntityWriter, IndexReader, Page, Query};

/// The additional reads of `system_jobs`.
pub trait JobReader: EntityReader<JobId, Job> {
    /// Returns a page of the namespace's jobs, latest first. Jobs with the same time of creation are in descending order of
    /// their keys.
    ///
    /// # Errors
    ///
    /// The errors of [`page_by`](IndexReader::page_by).
    fn latest(
        &self,
        namespace_id: &NamespaceId,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<JobId, Job>> {
        self.page_by(&NAMESPACE, Query::prefix(Prefix::of(namespace_id)).reverse(), limit, after)
    }
}

impl<R: EntityReader<JobId, Job> + ?Sized> JobReader for R {}

/// The additional writes of `system_jobs`.
pub trait JobWriter: EntityWriter<JobId, Job> {
    /// Ends the running job as completed, with this result. Returns the job.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTransition`](crate::ErrorKind::InvalidTransition) if the job has ended already, or the errors of
    /// [`update`](EntityWriter::update).
    fn complete(self, id: &JobId, result: Option<&str>, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Completed(result), now)
    }

    /// Ends the running job as failed, with this error message. Returns the job.
    ///
    /// # Errors
    ///
    /// The errors of [`complete`](JobWriter::complete).
    fn fail(self, id: &JobId, message: &str, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Failed(message), now)
    }

    /// Ends the running job as cancelled. Returns the job.
    ///
    /// # Errors
    ///
    /// The errors of [`complete`](JobWriter::complete).
    fn cancel(self, id: &JobId, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Cancelled, now)
    }

    /// Ends the running job. Returns the job.
    ///
    /// # Errors
    ///
    /// The errors of [`complete`](JobWriter::complete).
    fn end(self, id: &JobId, end: JobEnd<'_>, now: i64) -> Result<Job> {
        let place = self.access().place(id);
        self.update(id, |job| job.end(&place, end, now))
    }

    /// Deletes the jobs that ended before `time`. Returns their number.
    ///
    /// Its cost depends on the number of deleted jobs, not on the size of the table.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn delete_finished_before(self, time: i64) -> Result<u64> {
        self.delete_by(&COMPLETED_AT, ..time)
    }
}

impl<W: EntityWriter<JobId, Job>> JobWriter for W {}
