//! [`JobReader`] and [`JobWriter`]: the reads and writes of the table of jobs.

use super::{COMPLETED_AT, Job, JobEnd, NAMESPACE};
use crate::error::Result;
use crate::key::{JobId, NamespaceId, Prefix};
use crate::store::{Cursor, EntityReader, EntityWriter, Page, Query};

/// The reads of the table of jobs beside those of every table.
pub trait JobReader: EntityReader<JobId, Job> {
    /// Returns a page of the namespace's jobs, the latest first: those created at the same time in falling order of their
    /// keys.
    ///
    /// # Errors
    ///
    /// As [`page_by`](EntityReader::page_by).
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

/// The writes of the table of jobs beside those of every table.
pub trait JobWriter: EntityWriter<JobId, Job> {
    /// Ends the running job as completed, with this result.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTransition`](crate::Error::InvalidTransition) if it has ended already;
    /// [`Error::NotFound`](crate::Error::NotFound).
    fn complete(self, id: &JobId, result: Option<&str>, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Completed(result), now)
    }

    /// Ends the running job as failed, with this message.
    ///
    /// # Errors
    ///
    /// As [`complete`](JobWriter::complete).
    fn fail(self, id: &JobId, message: &str, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Failed(message), now)
    }

    /// Ends the running job as cancelled.
    ///
    /// # Errors
    ///
    /// As [`complete`](JobWriter::complete).
    fn cancel(self, id: &JobId, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Cancelled, now)
    }

    /// Ends the running job in this way.
    ///
    /// # Errors
    ///
    /// As [`complete`](JobWriter::complete).
    fn end(self, id: &JobId, end: JobEnd<'_>, now: i64) -> Result<Job> {
        let place = self.access().place(id);
        self.update(id, |job| job.end(&place, end, now))
    }

    /// Deletes the jobs that ended before this time. Returns how many they were. Its cost is that of the deleted jobs.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityWriter::delete).
    fn delete_finished_before(self, time: i64) -> Result<u64> {
        self.delete_by(&COMPLETED_AT, ..time)
    }
}

impl<W: EntityWriter<JobId, Job>> JobWriter for W {}
