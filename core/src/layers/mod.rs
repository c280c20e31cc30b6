//! Layers: backends that wrap another backend.

mod read_only;
mod scoped;

pub use read_only::ReadOnly;
pub use scoped::Scoped;
