//! Tests of shapes.

mod comparison;
mod identity;
mod reading;
mod samples;
mod values;
