//! [`MaybeSend`] and [`MaybeSync`]: `Send` and `Sync` on targets with threads.
//!
//! A browser's storage handles are bound to their thread, and wasm without atomics has one thread only. A bound of `Send`
//! there would exclude backends that are safe. This is the only module that depends on the target.

#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
mod bounds {
    /// `Send` on targets with threads, every type on the others.
    pub trait MaybeSend: Send {}
    impl<T: Send + ?Sized> MaybeSend for T {}

    /// `Sync` on targets with threads, every type on the others.
    pub trait MaybeSync: Sync {}
    impl<T: Sync + ?Sized> MaybeSync for T {}
}

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
mod bounds {
    /// `Send` on targets with threads, every type on the others.
    pub trait MaybeSend {}
    impl<T: ?Sized> MaybeSend for T {}

    /// `Sync` on targets with threads, every type on the others.
    pub trait MaybeSync {}
    impl<T: ?Sized> MaybeSync for T {}
}

pub use bounds::{MaybeSend, MaybeSync};
