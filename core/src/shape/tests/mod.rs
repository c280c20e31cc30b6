//! Tests of shapes.

mod comparison;
mod identity;
mod samples;
