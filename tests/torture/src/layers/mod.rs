//! Layers over a backend: one that tells of transactions, one that collects them first, and one that is broken on purpose.

mod broken;
mod staged;
mod watched;

pub(crate) use broken::Broken;
pub(crate) use staged::ViaStaged;
pub(crate) use watched::{Moment, Watched};
