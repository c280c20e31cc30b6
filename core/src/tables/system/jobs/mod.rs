//! `system_jobs`: the background jobs.
//!
//! A job starts as [`Running`](JobStatus::Running) and ends once: completed, failed or cancelled. The end is final: the
//! table refuses every later change of the status. A finished job has `completed_at`, by which
//! [`delete_finished_before`](JobWriter::delete_finished_before) finds it.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{Job, JobStatus, JobType, jobs};
//!
//! let jobs = Job::store(Arc::new(keyloft_memory::MemoryBackend::new()));
//! let app = NamespaceId::new("app");
//! jobs.insert(&"flush-1".into(), &Job::new(JobType::Flush, app.clone(), "node-1", 1_000))?;
//! jobs.insert(&"flush-2".into(), &Job::new(JobType::Flush, app.clone(), "node-1", 2_000))?;
//!
//! jobs.complete(&"flush-1".into(), Some("12 rows"), 3_000)?;
//! let late = jobs.cancel(&"flush-1".into(), 4_000).unwrap_err();
//! assert_eq!(late.code(), "InvalidTransition");
//!
//! let latest = jobs.latest(&app, 1, None)?;
//! assert_eq!(latest.entries[0].0, "flush-2".into());
//! assert_eq!(jobs.find_all(&jobs::STATUS, &JobStatus::Running)?.len(), 1);
//! assert_eq!(jobs.delete_finished_before(4_000)?, 1);
//! # Ok::<(), keyloft::Error>(())
//! ```

mod index;
mod job;
mod job_status;
mod job_type;
mod store;

pub(super) use index::declare;
pub use index::{COMPLETED_AT, NAMESPACE, STATUS};
pub use job::{Job, JobEnd};
pub use job_status::JobStatus;
pub use job_type::JobType;
pub use store::{JobReader, JobWriter};
