//! [`Digest`]: a fingerprint of all entries of a database.

use core::fmt;

use twox_hash::xxhash3_128::{DEFAULT_SECRET_LENGTH, RawHasher, SecretBuffer};

use super::record;
use crate::backend::StorageBackend;
use crate::error::Result;

/// A digest of all keys and values of all partitions, the same on every backend and every target.
///
/// It is [XXH3](https://xxhash.com) of 128 bits over the records of the [stream](super). Two databases with different
/// entries have the same digest with a probability of about 1 in 2^128. XXH3 is not a cryptographic hash: an attacker
/// can choose entries with the same digest.
///
/// ```
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// let empty = transfer::digest(&MemoryBackend::new())?;
/// assert_eq!(empty.to_string(), "99aa06d3014798d86001c324468d497f");
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(u128);

/// Returns the digest of all entries of the backend, from one snapshot.
///
/// # Errors
///
/// Every error of the backend, and [`ErrorKind::Corrupted`](crate::ErrorKind::Corrupted) if its entries are out of order.
pub fn digest(backend: &(impl StorageBackend + ?Sized)) -> Result<Digest> {
    let mut hasher = Hasher::new();
    record::write_all(&*backend.snapshot()?, &mut |_, _, _| Ok(true), &mut |bytes| {
        hasher.update(bytes);
        Ok(())
    })?;
    Ok(hasher.digest())
}

impl Digest {
    /// Returns the bytes of the digest in a stream.
    pub(super) fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

impl fmt::Display for Digest {
    /// Writes 32 hex digits, the canonical form of XXH3.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The digest of bytes that arrive in pieces of any length.
pub(super) struct Hasher(RawHasher<&'static [u8; DEFAULT_SECRET_LENGTH]>);

impl Hasher {
    pub(super) fn new() -> Self {
        Self(RawHasher::new(SecretBuffer::default()))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// Returns the digest of all bytes so far; more may follow.
    pub(super) fn digest(&self) -> Digest {
        Digest(self.0.finish_128())
    }
}
