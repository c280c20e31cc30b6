use keyloft::prelude::*;

fn scan(jobs: &SystemTableStore<JobId, u32>) {
    let _ = jobs.scan_prefix(&JobId::new("2026-"));
}

fn main() {}
