use keyloft::prelude::*;

fn get(jobs: &Table<JobId, u32>) {
    let _ = jobs.get(&JobId::prefix("2026-"));
}

fn main() {}
