//! The checksum of a stored value, which binds it to its partition and its key.
//!
//! It is made for accidents: a flipped bit, or the value of another key. It is no signature, because everybody can compute it.

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_micro_inline};

/// Returns the part of the checksums that is the same for all values of a partition.
pub(crate) fn of_partition(name: &str) -> u64 {
    hash(name.as_bytes())
}

/// Returns the checksum of this content under this key.
#[inline]
pub(crate) fn checksum(partition: u64, key: &[u8], content: &[u8]) -> [u8; 4] {
    // Two hashes that don't wait for each other. They use different halves, or a key with its own bytes as content would
    // have the checksum of every other such key.
    let [a, b, c, d, ..] = (hash(content) ^ hash(key).rotate_left(32) ^ partition).to_le_bytes();
    [a, b, c, d]
}

/// Returns a hash of the bytes, for comparisons in memory.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    rapidhash_v3_micro_inline::<true, false>(bytes, &DEFAULT_RAPID_SECRETS)
}

#[cfg(test)]
mod tests {
    use super::{checksum, of_partition};

    #[test]
    fn a_key_as_content_has_checksums_of_its_own() {
        let of = |bytes: &[u8]| checksum(of_partition("jobs"), bytes, bytes);
        assert_ne!(of(b"1"), of(b"2"));
    }

    #[test]
    fn the_checksum_depends_on_the_partition_the_key_and_the_content() {
        let of = |partition, key: &[u8], content: &[u8]| checksum(of_partition(partition), key, content);
        let expected = of("jobs", b"1", b"milk");
        for (partition, key, content) in [
            ("job", &b"1"[..], &b"milk"[..]),
            ("jobs", b"2", b"milk"),
            ("jobs", b"", b"1milk"),
            ("jobs", b"1m", b"ilk"),
            ("jobs", b"1", b"milk\0"),
            ("jobs", b"1", b""),
        ] {
            assert_ne!(of(partition, key, content), expected, "{partition} {key:?} {content:?}");
        }
    }
}
