//! The shapes of the types of the standard library and of keyloft.

mod collections;
mod keyloft;
mod pointers;
mod scalars;
#[cfg(feature = "std")]
mod std_only;
mod tuples;
