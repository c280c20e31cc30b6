//! Random operations, compared with a plain model after each.

pub(crate) mod indexes;
pub(crate) mod operations;
mod trace;
