//! [`Action`]: a change that only some tables have.

use crate::failure::{Failure, Result};
use crate::wire::Request;

/// A change that only some tables have: its code, the key of its entity, and its arguments.
pub(crate) struct Action<'a> {
    pub(crate) code: u8,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) request: Request<'a>,
}

impl Action<'_> {
    /// Returns the key.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if the action has none.
    pub(super) fn key(&self) -> Result<&Vec<u8>> {
        self.key.as_ref().ok_or_else(|| Failure::argument("this action needs a key"))
    }
}

/// Returns the error of an action that the table does not have.
pub(super) fn unknown_action() -> Failure {
    Failure::argument("this table has no such action")
}
