//! Layers: backends that wrap another backend.

mod forward;
#[cfg(feature = "std")]
mod observed;
mod read_only;
mod scoped;

#[cfg(feature = "std")]
pub use observed::{Feed, Filter, Listening, Observed, RawChange, RawEvent, Subscription};
pub use read_only::ReadOnly;
pub use scoped::Scoped;
