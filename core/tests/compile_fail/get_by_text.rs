use keyloft::prelude::*;

fn get(jobs: &Table<JobId, u32>) {
    let _ = jobs.get("1");
}

fn main() {}
