//! `Send` and `Sync` where the target has threads, nothing where it has none.
//!
//! A browser's storage handles are bound to their thread, and wasm without atomics has only one: asking for
//! `Send` there would shut out backends that are perfectly safe. This is the only module that looks at the target.

#[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
mod bounds {
    /// `Send`, on a target with threads; every type, on one without.
    pub trait MaybeSend: Send {}
    impl<T: Send + ?Sized> MaybeSend for T {}

    /// `Sync`, on a target with threads; every type, on one without.
    pub trait MaybeSync: Sync {}
    impl<T: Sync + ?Sized> MaybeSync for T {}
}

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
mod bounds {
    /// `Send`, on a target with threads; every type, on one without.
    pub trait MaybeSend {}
    impl<T: ?Sized> MaybeSend for T {}

    /// `Sync`, on a target with threads; every type, on one without.
    pub trait MaybeSync {}
    impl<T: ?Sized> MaybeSync for T {}
}

pub use bounds::{MaybeSend, MaybeSync};
