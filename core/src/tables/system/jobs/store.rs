//! What the store of jobs does besides.

use super::{COMPLETED_AT, Job, JobEnd, NAMESPACE};
use crate::backend::{Read, StorageBackendExt, Transaction};
use crate::error::Result;
use crate::key::{JobId, NamespaceId, Prefix};
use crate::store::{Cursor, EntityStore, Handle, Page, Query};
use crate::system_table::SystemTableStore;

impl SystemTableStore<JobId, Job> {
    /// Ends the running job as completed, with this result.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTransition`](crate::Error::InvalidTransition) if it has ended already; [`Error::NotFound`](crate::Error::NotFound).
    pub fn complete(&self, id: &JobId, result: Option<&str>, now: i64) -> Result<Job> {
        self.backend().transaction(|tx| self.within(tx).complete(id, result, now))
    }

    /// Ends the running job as failed, and says why.
    ///
    /// # Errors
    ///
    /// As [`complete`](Self::complete).
    pub fn fail(&self, id: &JobId, message: &str, now: i64) -> Result<Job> {
        self.backend().transaction(|tx| self.within(tx).fail(id, message, now))
    }

    /// Ends the running job as cancelled.
    ///
    /// # Errors
    ///
    /// As [`complete`](Self::complete).
    pub fn cancel(&self, id: &JobId, now: i64) -> Result<Job> {
        self.backend().transaction(|tx| self.within(tx).cancel(id, now))
    }

    /// A page of the namespace's jobs, the latest first: those created at the same time in falling order of their keys.
    ///
    /// # Errors
    ///
    /// As [`page_by`](EntityStore::page_by).
    pub fn latest(
        &self,
        namespace_id: &NamespaceId,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<JobId, Job>> {
        self.at(self.backend().snapshot()?).latest(namespace_id, limit, after)
    }

    /// Deletes the jobs that ended before this time; how many they were. What it costs is what it deletes.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    pub fn delete_finished_before(&self, time: i64) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).delete_finished_before(time))
    }
}

/// On a snapshot and inside a transaction; documented at the [store](SystemTableStore)'s methods of these names.
#[allow(missing_docs)]
impl<S: EntityStore<JobId, Job> + ?Sized, R: Read> Handle<'_, S, JobId, Job, R> {
    pub fn latest(
        &self,
        namespace_id: &NamespaceId,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<JobId, Job>> {
        self.page_by(&NAMESPACE, Query::prefix(Prefix::of(namespace_id)).reverse(), limit, after)
    }
}

/// Inside a transaction; documented at the [store](SystemTableStore)'s methods of these names.
#[allow(missing_docs)]
impl<S: EntityStore<JobId, Job> + ?Sized, R: Transaction> Handle<'_, S, JobId, Job, R> {
    pub fn complete(&mut self, id: &JobId, result: Option<&str>, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Completed(result), now)
    }

    pub fn fail(&mut self, id: &JobId, message: &str, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Failed(message), now)
    }

    pub fn cancel(&mut self, id: &JobId, now: i64) -> Result<Job> {
        self.end(id, JobEnd::Cancelled, now)
    }

    pub fn delete_finished_before(&mut self, time: i64) -> Result<u64> {
        self.delete_by(&COMPLETED_AT, ..time)
    }

    fn end(&mut self, id: &JobId, end: JobEnd<'_>, now: i64) -> Result<Job> {
        let partition = self.store.partition();
        self.update(id, |job| job.end(partition, id, end, now))
    }
}
