//! [`Checked`]: the states of the catalog in which a table's definition was compared.

use crate::backend::CatalogStamp;

/// The states of the catalog in which the definition of a table agreed with the stored one.
///
/// There is more than one slot, so that a schema that many scopes share is not compared again for each of them.
#[derive(Default)]
pub(crate) struct Checked {
    #[cfg(target_has_atomic = "64")]
    stamps: [core::sync::atomic::AtomicU64; 8],
}

#[cfg(target_has_atomic = "64")]
impl Checked {
    /// Returns `true` if the definition agreed in the state of this stamp.
    #[inline]
    pub(crate) fn contains(&self, stamp: CatalogStamp) -> bool {
        use core::sync::atomic::Ordering;

        let bits = stamp.to_bits();
        // The stamp is a fact of its own: no other memory is read because of it.
        self.slot(bits).is_some_and(|slot| slot.load(Ordering::Relaxed) == bits)
    }

    /// Remembers that the definition agrees in the state of this stamp.
    pub(crate) fn insert(&self, stamp: CatalogStamp) {
        use core::sync::atomic::Ordering;

        let bits = stamp.to_bits();
        if let Some(slot) = self.slot(bits) {
            slot.store(bits, Ordering::Relaxed);
        }
    }

    #[inline]
    fn slot(&self, bits: u64) -> Option<&core::sync::atomic::AtomicU64> {
        // The number of the scope is in the upper half, the number of the state in the lower.
        let mixed = ((bits >> 32) ^ bits) % 8;
        self.stamps.get(usize::try_from(mixed).ok()?)
    }
}

/// Without atomics of 64 bits, each read and write looks into the catalog.
#[cfg(not(target_has_atomic = "64"))]
impl Checked {
    pub(crate) fn contains(&self, _: CatalogStamp) -> bool {
        false
    }

    pub(crate) fn insert(&self, _: CatalogStamp) {}
}

/// The clone may be changed, so nothing is known of it.
impl Clone for Checked {
    fn clone(&self) -> Self {
        Self::default()
    }
}
