//! [`BackendId`]: the identity of a backend.

use core::num::NonZeroU32;

use super::unique_number;

/// Identifies a backend in its process: the database, the scope in it, and the layer that its transactions pass.
///
/// The handles of a database have the same identity, and so do its transactions. A store compares its backend's identity
/// with that of a transaction or a snapshot, and refuses the other with [`ErrorKind::OtherBackend`](crate::ErrorKind::OtherBackend).
///
/// ```
/// use keyloft::{Read, StorageBackendExt};
/// use keyloft::layers::Scoped;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = MemoryBackend::new();
/// let id = backend.backend_id();
/// assert_eq!(backend.transaction(|tx| Ok(tx.backend_id()))?, id);
/// assert_eq!(backend.clone().backend_id(), id);
/// assert_ne!(MemoryBackend::new().backend_id(), id);
/// assert_ne!(Scoped::new(backend, "acme").backend_id(), id);
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackendId {
    engine: NonZeroU32,
    /// The number of the outermost layer that must see the writes, or 0 without such a layer.
    layer: u32,
    /// The hash of the scopes, or 0. Different scopes have different hashes, up to a negligible chance.
    scope: u64,
}

impl BackendId {
    /// Creates the identity of a new engine. It differs from all others of this process.
    pub fn unique() -> Self {
        let engine = NonZeroU32::new(unique_number()).unwrap_or(NonZeroU32::MIN);
        Self { engine, layer: 0, scope: 0 }
    }

    /// Returns the number of the engine.
    #[cfg(feature = "std")]
    pub(crate) fn engine(self) -> u32 {
        self.engine.get()
    }

    /// Returns the identity of the scope with this prefix of names.
    pub(crate) fn in_scope(self, prefix: &str) -> Self {
        // FNV-1a. The hash of the scopes so far continues, so nested scopes differ from one scope.
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        Self { scope: prefix.as_bytes().iter().fold(self.scope ^ OFFSET, step), ..self }
    }

    /// Returns the identity of the layer with this number over the backend.
    pub(crate) fn in_layer(self, layer: u32) -> Self {
        Self { layer, ..self }
    }

    /// Returns `true` if both backends have the same data, so that reads of one are reads of the other. Writes may pass
    /// different layers.
    pub(crate) fn has_data_of(self, other: Self) -> bool {
        self.engine == other.engine && self.scope == other.scope
    }
}
