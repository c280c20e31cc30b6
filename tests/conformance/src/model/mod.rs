//! Random operations, each compared with a model.

pub(crate) mod indexes;
pub(crate) mod operations;
pub(crate) mod trace;
