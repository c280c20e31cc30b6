//! [`Usage`]: the resources that the process takes.

use std::fs;

use keyloft_redb::RedbBackend;

use crate::failure::Outcome;

/// The resources that the process takes. Where the system doesn't tell, they are 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// The resident memory, in bytes.
    pub(super) memory: u64,
    /// The open descriptors.
    pub(super) descriptors: usize,
    /// The length of the file, in bytes.
    pub(super) file: u64,
}

impl Usage {
    pub(super) fn now(redb: &RedbBackend) -> Outcome<Self> {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = resident.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        let descriptors = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        let file = redb.stats()?.file_bytes.unwrap_or(0);
        Ok(Self { memory: kibibytes.unwrap_or(0) * 1024, descriptors, file })
    }
}
