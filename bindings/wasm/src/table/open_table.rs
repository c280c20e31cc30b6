//! [`OpenTable`]: a table that JavaScript has open.

use std::borrow::Cow;

use keyloft::{Principal, Result};

use super::{DocTable, NamedIndex, Permission};
use crate::failure;
use crate::wire::Request;

/// A table that JavaScript has open, for a principal and for a part of its keys.
pub(crate) struct OpenTable {
    pub(crate) table: DocTable,
    /// The bytes that precede every key of JavaScript's in the table.
    pub(crate) scope: Vec<u8>,
    pub(super) principal: Option<Principal>,
}

impl OpenTable {
    /// Refuses what the principal may not do.
    pub(crate) fn allow(&self, permission: Permission) -> Result<()> {
        self.principal.as_ref().map_or(Ok(()), |principal| self.table.allow(principal, permission))
    }

    /// Reads the name of an index, if the request has one, and returns that index.
    pub(crate) fn index(&self, request: &mut Request<'_>) -> failure::Result<Option<NamedIndex>> {
        request.optional(|request| Ok(self.table.index(request.text()?)?))
    }

    /// Returns a key of JavaScript's as it is in the table.
    pub(crate) fn key<'a>(&self, key: &'a [u8]) -> Cow<'a, [u8]> {
        if self.scope.is_empty() {
            Cow::Borrowed(key)
        } else {
            Cow::Owned([self.scope.as_slice(), key].concat())
        }
    }
}
