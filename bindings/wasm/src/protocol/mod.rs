//! The protocol between JavaScript and this module, declared once.
//!
//! The codes are constants here. The entities of the system, their enumerations and the codes of the errors are core's
//! own types. `generate` writes all of them as TypeScript, and a test fails when the files in `js` differ:
//! `cargo xtask protocol` writes them again.

mod codes;
#[cfg(test)]
mod entities;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod trace;

pub(crate) use codes::{
    RESPONSE_HEAD, bound, change_of_keys, column, event, job_action, live_query_action, op, resource,
    row_action, step, table_action, table_kind, write,
};
