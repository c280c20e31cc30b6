//! Conflicts at places that need a certain size or order.

use std::sync::Arc;

use keyloft::backend::ReadExt;
use keyloft::prelude::*;
use keyloft::{Partition, Read};

use crate::cluster::Cluster;

/// The writes need so many statements that they are sent before the commit, which is where the server finds the conflict.
pub(crate) fn of_many_statements_run_again_whole(cluster: &Arc<Cluster>) {
    let options = cluster.options();
    let (db, other) = (options.clone().open().unwrap(), options.open().unwrap());
    let partitions: Vec<Partition> = (0..40).map(|number| Partition::from(format!("p{number}"))).collect();
    let put = |tx: &mut dyn Transaction, value: &[u8]| {
        partitions.iter().try_for_each(|partition| tx.put(partition, b"a", value))
    };
    db.transaction(|tx| put(tx, b"before")).unwrap();
    let mut runs = 0;
    db.transaction(|tx| {
        runs += 1;
        tx.contains(&partitions[0], b"a")?;
        if runs == 1 {
            other.transaction(|tx| tx.put(&partitions[20], b"a", b"other"))?;
        }
        put(tx, b"after")
    })
    .unwrap();
    assert_eq!(runs, 2);
    for partition in &partitions {
        assert_eq!(db.get_owned(partition, b"a").unwrap().as_deref(), Some(&b"after"[..]), "{partition}");
    }
}
