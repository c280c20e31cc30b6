//! The catalog: tables with other definitions, and the migration from one to the next.

pub(crate) mod definition_changes;
pub(crate) mod definitions;
pub(crate) mod interrupted;
pub(crate) mod key_changes;
pub(crate) mod migrations;
pub(crate) mod migrations_beside_others;
pub(crate) mod migrations_in_steps;
pub(crate) mod older_programs;
pub(crate) mod program;
pub(crate) mod registration;
pub(crate) mod samples;
pub(crate) mod seen;
pub(crate) mod verbs;
