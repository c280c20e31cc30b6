//! The indexes and rules of `system_jobs`.

use super::{Job, JobStatus};
use crate::backend::{Partition, Transaction};
use crate::error::Result;
use crate::key::{JobId, NamespaceId};
use crate::shape::Shape;
use crate::store::{Change, Index, Postcard, Schema};

/// The index of jobs by their status.
pub const STATUS: Index<Job, JobStatus> = Index::new("status", |job| Some(job.status));

/// The index of jobs by their namespace and the time of their creation.
pub const NAMESPACE: Index<Job, (NamespaceId, i64)> =
    Index::new("namespace", |job| Some((job.namespace_id.clone(), job.created_at)));

/// The index of finished jobs by the time of their end.
pub const COMPLETED_AT: Index<Job, i64> = Index::new("completed_at", |job| job.completed_at);

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<JobId, Job> {
    Schema::with_codec(partition, Postcard)
        .shape(Shape::of::<Job>())
        .index(STATUS)
        .index(NAMESPACE)
        .index(COMPLETED_AT)
        .guard(guard)
}

fn guard(_: &mut dyn Transaction, change: &Change<'_, JobId, Job>) -> Result<()> {
    let Some(new) = change.new else { return Ok(()) };
    if let Some(old) = change.old
        && old.status.is_finished()
        && old.status != new.status
    {
        return Err(change.invalid_transition(old.status.as_str(), new.status.as_str()));
    }
    match (new.status.is_finished(), new.completed_at) {
        (true, None) => Err(change.invalid("a job that has ended needs `completed_at`")),
        (false, Some(_)) => Err(change.invalid("a running job has no `completed_at`")),
        _ => Ok(()),
    }
}
