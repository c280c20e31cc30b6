//! Storages under redb that record, fail, and lose what was not synced.

mod crash;
mod disk;
mod fault;
mod page_cache;

pub(crate) use crash::{Crash, apply, selection};
pub(crate) use disk::{Disk, Op};
pub(crate) use fault::{Fault, Kind};
pub(crate) use page_cache::PageCache;
