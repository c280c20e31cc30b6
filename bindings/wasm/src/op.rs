//! The operations, by the numbers that JavaScript has for them: `Op` in `js/port.ts`.

pub(crate) const OPEN: u8 = 0;
pub(crate) const GET: u8 = 1;
pub(crate) const GET_MANY: u8 = 2;
pub(crate) const HAS: u8 = 3;
pub(crate) const COUNT: u8 = 4;
pub(crate) const SCAN: u8 = 5;
pub(crate) const PAGE: u8 = 6;
pub(crate) const FIND_ALL: u8 = 7;
pub(crate) const ASK: u8 = 8;
pub(crate) const WATCH: u8 = 9;
pub(crate) const PUT: u8 = 10;
pub(crate) const DELETE: u8 = 11;
pub(crate) const BATCH: u8 = 12;
pub(crate) const DELETE_RANGE: u8 = 13;
pub(crate) const ACT: u8 = 14;
pub(crate) const NEXT: u8 = 20;
pub(crate) const SEEK: u8 = 21;
pub(crate) const EVENTS: u8 = 22;
pub(crate) const CURRENT: u8 = 23;
pub(crate) const RELEASE: u8 = 24;
pub(crate) const SNAPSHOT: u8 = 25;
pub(crate) const EXPORT: u8 = 30;
pub(crate) const IMPORT: u8 = 31;
pub(crate) const DIGEST: u8 = 32;
pub(crate) const PARTITIONS: u8 = 33;
pub(crate) const EXPLAIN: u8 = 40;
pub(crate) const DEFINE: u8 = 41;
pub(crate) const REMOVE: u8 = 42;

/// Those of files.
#[cfg(feature = "persistent")]
mod of_files {
    pub(crate) const IMAGE: u8 = 34;
    pub(crate) const COMPACT: u8 = 35;
    pub(crate) const STATS: u8 = 36;
    pub(crate) const STAGE: u8 = 50;
    pub(crate) const COMMIT: u8 = 51;
    pub(crate) const ABORT: u8 = 52;
}
#[cfg(feature = "persistent")]
pub(crate) use of_files::*;
