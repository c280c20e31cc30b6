//! Layers: backends that wrap another backend, and [`Staged`], a transaction over one.

#[cfg(feature = "std")]
mod observed;
#[cfg(feature = "std")]
mod per_partition;
mod read_only;
mod scoped;
mod staged;

#[cfg(feature = "std")]
pub use observed::{Feed, Filter, Listening, Observed, RawChange, RawEvent, Subscription};
pub use read_only::ReadOnly;
pub use scoped::Scoped;
pub use staged::Staged;
