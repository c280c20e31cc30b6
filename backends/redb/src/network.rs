//! The file systems of a network, which can't share a database.

use std::path::Path;

/// The kinds of file systems of a network, by the numbers that Linux gives them: NFS, SMB in two versions, CIFS, AFS, Coda, Ceph
/// and 9P.
const KINDS: [u32; 8] =
    [0x6969, 0x517b, 0xfe53_4d42, 0xff53_4d42, 0x5346_414f, 0x7375_7245, 0x00c3_6400, 0x0102_1997];

/// Returns `true` if the file is on a file system that is known to be one of a network. One that a program implements, by FUSE, may
/// be on a network or not, and is not known.
pub(crate) fn is_on_network(path: &Path) -> bool {
    // The kind has another integer type on each processor, and 32 bits on all of them.
    rustix::fs::statfs(path).is_ok_and(|system| is_kind_of_network(system.f_type))
}

fn is_kind_of_network(kind: impl TryInto<i64>) -> bool {
    let Ok(kind) = kind.try_into() else { return false };
    u32::try_from(kind & i64::from(u32::MAX)).is_ok_and(|kind| KINDS.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_file_systems_are_told_apart() {
        const EXT4: i64 = 0xef53;
        const CIFS_OF_32_BITS: i32 = -11_317_950;
        assert!(is_kind_of_network(0x6969_i64) && is_kind_of_network(CIFS_OF_32_BITS));
        assert!(!is_kind_of_network(EXT4));
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_on_network(folder.path()) && !is_on_network(&folder.path().join("missing")));
    }
}
