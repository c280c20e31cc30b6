//! The tables: those of the system, and those that hold rows.

pub mod system;
