//! The indexes and rules of `system_jobs`.

use super::{Job, JobStatus};
use crate::error::ErrorKind;
use crate::key::NamespaceId;
use crate::store::Index;
use crate::tables::system::declare::Declare;

/// The index of jobs by their status.
pub const STATUS: Index<Job, JobStatus> = Index::new("status", |job| Some(job.status));

/// The index of jobs by their namespace and the time of their creation.
pub const NAMESPACE: Index<Job, (NamespaceId, i64)> =
    Index::new("namespace", |job| Some((job.namespace_id.clone(), job.created_at)));

/// The index of finished jobs by the time of their end.
pub const COMPLETED_AT: Index<Job, i64> = Index::new("completed_at", |job| job.completed_at);

pub(in crate::tables::system) fn declare(table: &mut impl Declare<Job>) {
    table.index(&STATUS);
    table.index(&NAMESPACE);
    table.index(&COMPLETED_AT);
    table.guard(|_, change| {
        let Some(new) = change.new else { return Ok(()) };
        if let Some(old) = change.old
            && old.status.is_finished()
            && old.status != new.status
        {
            let (place, from, to) = (change.place(), old.status.as_str(), new.status.as_str());
            return Err(ErrorKind::InvalidTransition { place, from, to }.into());
        }
        match (new.status.is_finished(), new.completed_at) {
            (true, None) => Err(change.invalid("a job that has ended needs `completed_at`")),
            (false, Some(_)) => Err(change.invalid("a running job has no `completed_at`")),
            _ => Ok(()),
        }
    });
}
