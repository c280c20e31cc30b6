//! The shapes of the types of the standard library and of keyloft.

mod collections;
mod keyloft;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time", feature = "uuid"))]
mod of_crates;
mod pointers;
mod scalars;
#[cfg(feature = "std")]
mod std_only;
mod tuples;
