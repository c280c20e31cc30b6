use std::ops::ControlFlow;

use keyloft::Partition;
use keyloft::backend::{Direction, KeyRange, Transaction};

fn clear(tx: &mut dyn Transaction, jobs: &Partition) -> keyloft::Result<()> {
    tx.scan(jobs, KeyRange::ALL, Direction::Forward, &mut |key, _| {
        let _ = tx.delete(jobs, key);
        ControlFlow::Continue(())
    })
}

fn main() {}
