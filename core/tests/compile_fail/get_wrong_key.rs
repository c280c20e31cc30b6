use keyloft::prelude::*;

fn get(jobs: &Table<JobId, u32>) {
    let _ = jobs.get(&UserId::new("alice"));
}

fn main() {}
