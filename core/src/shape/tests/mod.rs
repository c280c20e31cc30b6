//! Tests of shapes.

mod comparison;
mod identity;
mod json;
mod random;
mod reading;
mod samples;
mod types;
mod values;
