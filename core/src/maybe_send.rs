//! [`MaybeSend`] and [`MaybeSync`]: `Send` and `Sync` on targets with threads.
//!
//! A browser's storage handles are bound to their thread, and wasm without atomics has one thread only. There, a bound
//! of `Send` would exclude backends that are safe. No other module of this crate depends on the target.

#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
mod bounds {
    /// `Send` on targets with threads. On other targets every type implements it.
    pub trait MaybeSend: Send {}
    impl<T: Send + ?Sized> MaybeSend for T {}

    /// `Sync` on targets with threads. On other targets every type implements it.
    pub trait MaybeSync: Sync {}
    impl<T: Sync + ?Sized> MaybeSync for T {}
}

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
mod bounds {
    /// `Send` on targets with threads. On other targets every type implements it.
    pub trait MaybeSend {}
    impl<T: ?Sized> MaybeSend for T {}

    /// `Sync` on targets with threads. On other targets every type implements it.
    pub trait MaybeSync {}
    impl<T: ?Sized> MaybeSync for T {}
}

pub use bounds::{MaybeSend, MaybeSync};
