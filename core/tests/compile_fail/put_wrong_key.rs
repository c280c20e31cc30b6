use keyloft::prelude::*;

fn put(jobs: &Table<JobId, u32>) {
    let _ = jobs.put(&RowId::new([1]), &7);
}

fn main() {}
