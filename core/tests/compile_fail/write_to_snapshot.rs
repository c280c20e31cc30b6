use keyloft::backend::Snapshot;
use keyloft::prelude::*;

fn write(jobs: &Table<JobId, u32>, snapshot: &dyn Snapshot) {
    let _ = jobs.at(snapshot).put(&"1".into(), &1);
}

fn main() {}
