//! [`CatalogStamp`] and [`SharedStamp`]: the means by which a table notices that a catalog has changed.

use core::num::{NonZeroU32, NonZeroU64};
use core::sync::atomic::{AtomicU32, Ordering};

/// Identifies the content of the [catalogs](crate::catalog) of one database in one state.
///
/// Two equal stamps mean that no catalog changed between the two states. A table compares the stamp of each read and write
/// with the stamps that it has checked, and looks into the catalog only if the stamp is new.
///
/// A stamp is valid in its process only. The numbers begin again after 2^32 changes of catalogs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CatalogStamp(
    /// The number of the state. In the upper half, the [`Scoped`](crate::layers::Scoped) layer that the catalog is seen
    /// through, or 0. Engines return a stamp for every read, and one number fits into a register.
    NonZeroU64,
);

impl CatalogStamp {
    /// Creates a stamp that differs from all others of this process.
    ///
    /// ```
    /// use keyloft::backend::CatalogStamp;
    ///
    /// assert_ne!(CatalogStamp::unique(), CatalogStamp::unique());
    /// ```
    pub fn unique() -> Self {
        Self(unique().into())
    }

    /// Returns the stamp of the catalog that the scope of this number sees.
    pub(crate) fn in_scope(self, scope: u32) -> Self {
        let state = self.0.get() & u64::from(u32::MAX);
        NonZeroU64::new(u64::from(scope) << 32 | state).map_or(self, Self)
    }

    /// Returns the stamp as a number other than 0.
    pub(crate) fn to_bits(self) -> u64 {
        self.0.get()
    }
}

/// Returns a number that this process has not used yet, and never 0.
pub(crate) fn unique_number() -> u32 {
    unique().get()
}

fn unique() -> NonZeroU32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    loop {
        if let Some(number) = NonZeroU32::new(NEXT.fetch_add(1, Ordering::Relaxed)) {
            return number;
        }
    }
}

/// The stamp of a backend's newest state, for engines.
///
/// An engine that never returns an out-of-date stamp must keep this order for a commit that changes a
/// [catalog](crate::Partition::is_catalog): [`clear`](Self::clear), make the commit visible, [`renew`](Self::renew). A
/// snapshot may have the stamp that [`get`](Self::get) returned before the snapshot began, if it returned the same after.
///
/// ```
/// use keyloft::backend::SharedStamp;
///
/// let newest = SharedStamp::new();
/// let before = newest.get();
/// newest.clear();
/// assert_eq!(newest.get(), None);
/// newest.renew();
/// assert!(newest.get().is_some() && newest.get() != before);
/// ```
#[derive(Debug)]
pub struct SharedStamp {
    state: AtomicU32,
}

impl SharedStamp {
    /// Creates the stamp of a database that was just opened.
    pub fn new() -> Self {
        Self { state: AtomicU32::new(unique_number()) }
    }

    /// Returns the stamp, or `None` while a catalog changes.
    #[inline]
    pub fn get(&self) -> Option<CatalogStamp> {
        // Acquire: a reader that sees a commit must see the `clear` before it.
        NonZeroU64::new(self.state.load(Ordering::Acquire).into()).map(CatalogStamp)
    }

    /// Begins a change of a catalog.
    pub fn clear(&self) {
        self.state.store(0, Ordering::SeqCst);
    }

    /// Ends a change of a catalog, and returns the new stamp.
    pub fn renew(&self) -> CatalogStamp {
        let state = unique();
        self.state.store(state.get(), Ordering::SeqCst);
        CatalogStamp(state.into())
    }
}

impl Default for SharedStamp {
    fn default() -> Self {
        Self::new()
    }
}
