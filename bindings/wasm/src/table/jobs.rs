//! The system's table of jobs.

use keyloft::tables::system::Job;
use keyloft::{CrossUserTableStore, EntityStore, JobId, Principal, Result, SystemTableStore, Transaction};

use super::{Access, Action};
use super::system::allow_by_role;
use super::typed::Special;
use crate::failure;
use crate::wire::{Request, Response};

const COMPLETE: u8 = 1;
const FAIL: u8 = 2;
const CANCEL: u8 = 3;
const DELETE_FINISHED_BEFORE: u8 = 4;

impl Special<JobId, Job> for SystemTableStore<JobId, Job> {
    const INDEXES: &[(&str, bool)] = &[("status", false), ("namespace", false), ("completed_at", false)];

    allow_by_role!();

    fn act(
        &self,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let mut jobs = self.within(tx);
        if action.code == DELETE_FINISHED_BEFORE {
            out.u64(jobs.delete_finished_before(action.request.i64()?)?);
            return Ok(());
        }
        let id: JobId = action.key()?;
        let now = action.request.i64()?;
        let job = match action.code {
            COMPLETE => jobs.complete(&id, action.request.optional(Request::text)?, now)?,
            FAIL => jobs.fail(&id, action.request.text()?, now)?,
            CANCEL => jobs.cancel(&id, now)?,
            _ => return Err(failure::Failure::argument("this table has no such action")),
        };
        self.respond(&job, out)
    }
}
