use keyloft::prelude::*;

fn scan(jobs: &Table<JobId, u32>) {
    let _ = jobs.scan_prefix(&JobId::new("2026-"));
}

fn main() {}
