use keyloft::prelude::*;

fn get(jobs: &SystemTableStore<JobId, u32>) {
    let _ = jobs.get(&JobId::prefix("2026-"));
}

fn main() {}
