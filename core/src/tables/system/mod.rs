//! The six tables of the system.
