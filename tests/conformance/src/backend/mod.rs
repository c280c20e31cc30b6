//! Cases on the bytes of a backend.

pub(crate) mod atomicity;
pub(crate) mod batches;
pub(crate) mod bytes;
pub(crate) mod counting;
pub(crate) mod deletes;
pub(crate) mod faults;
pub(crate) mod isolation;
pub(crate) mod limits;
pub(crate) mod partitions;
pub(crate) mod persistence;
pub(crate) mod point;
pub(crate) mod scan;
pub(crate) mod serial_order;
pub(crate) mod snapshots;
pub(crate) mod transactions;
