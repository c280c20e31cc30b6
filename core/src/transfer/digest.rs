//! [`Digest`]: what tells whether two databases hold the same.

use core::fmt;

use super::record;
use crate::backend::StorageBackend;
use crate::error::Result;

/// A digest of all keys and values of all partitions: the same on every backend and every target.
///
/// It is FNV-1a of 128 bits ([draft-eastlake-fnv](https://datatracker.ietf.org/doc/html/draft-eastlake-fnv)) over the
/// records of the [stream](super). Different contents have different digests but for a chance of about 1 in 2^128,
/// unless someone made them so: it is no cryptographic hash.
///
/// ```
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// let nothing = transfer::digest(&MemoryBackend::new())?;
/// assert_eq!(nothing.to_string(), "6c62272e07bb014262b821756295c58d");
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(u128);

/// The digest of what the backend holds now.
///
/// # Errors
///
/// What the backend reports; [`Error::Corrupted`](crate::Error::Corrupted) if it is out of order.
pub fn digest(backend: &(impl StorageBackend + ?Sized)) -> Result<Digest> {
    let mut digest = Digest::EMPTY;
    record::write_all(&*backend.snapshot()?, &mut |bytes| {
        digest.update(bytes);
        Ok(())
    })?;
    Ok(digest)
}

const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;

impl Digest {
    /// Of no records: the offset basis.
    pub(super) const EMPTY: Self = Self(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D);

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    }

    pub(super) fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

impl fmt::Display for Digest {
    /// 32 hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
