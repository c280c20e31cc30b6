use std::ops::ControlFlow;

use keyloft::prelude::*;

fn double(jobs: &Table<JobId, u32>, tx: &mut dyn Transaction) -> keyloft::Result<()> {
    let mut within = jobs.within(tx);
    within.visit(.., |entry| {
        within.put(&entry.key()?, &(2 * entry.entity()?))?;
        Ok(ControlFlow::Continue(()))
    })
}

fn main() {}
