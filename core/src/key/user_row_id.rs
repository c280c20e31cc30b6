//! [`UserRowId`]: a row of one user.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{fmt, iter};

use serde::{Deserialize, Serialize};

use super::row_id::{debug_row, display_row};
use super::storage_key::invalid;
use super::{Prefix, PrefixBy, RowId, StorageKey, UserId, escape};
use crate::error::Result;
use crate::text;

/// A row of one user: [`UserId`] and row bytes, written `{user_id}:{row_id}`.
///
/// In the user's id, and only there, `%` and `:` are written `%25` and `%3A`: every string is a legal id, and the
/// first colon ends it. There is no `AsRef<[u8]>`: half a key can't be taken for the key.
///
/// ```
/// use keyloft::{StorageKey, UserId, UserRowId};
///
/// let key = UserRowId::from_strings("user123", "row456");
/// assert_eq!(key.as_storage_key(), b"user123:row456");
///
/// let key = UserRowId::new(UserId::new("did:example:7"), [0xff]);
/// assert_eq!(key.to_string(), "did%3Aexample%3A7:ff");
/// assert_eq!(UserRowId::from_storage_key(&key.as_storage_key())?, key);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// ```compile_fail
/// let key = keyloft::UserRowId::from_strings("user123", "row456");
/// let half: &[u8] = key.as_ref();
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserRowId {
    user_id: UserId,
    row_id: RowId,
}

impl UserRowId {
    /// The row of these bytes, of this user.
    pub fn new(user_id: UserId, row_id: impl Into<Vec<u8>>) -> Self {
        Self { user_id, row_id: RowId::new(row_id) }
    }

    /// The same from text.
    pub fn from_strings(user_id: &str, row_id: &str) -> Self {
        Self::new(UserId::from(user_id), row_id)
    }

    /// All rows of this user, and of no other.
    pub fn prefix(user_id: &UserId) -> Prefix<Self> {
        Prefix::of(user_id)
    }

    /// The user.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The row's bytes.
    pub fn row_id(&self) -> &[u8] {
        self.row_id.as_bytes()
    }

    /// The user and the row, without a copy.
    pub fn into_parts(self) -> (UserId, RowId) {
        (self.user_id, self.row_id)
    }

    /// The bytes of the key.
    pub fn as_storage_key(&self) -> Vec<u8> {
        self.encode().into_owned()
    }

    /// The key of the bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`](crate::Error::InvalidKey) if no key is written so.
    pub fn from_storage_key(bytes: &[u8]) -> Result<Self> {
        Self::decode(bytes)
    }

    fn written(&self) -> impl Iterator<Item = u8> {
        escape::escaped(self.user_id.as_str())
            .chain(iter::once(escape::SEPARATOR))
            .chain(self.row_id().iter().copied())
    }
}

impl StorageKey for UserRowId {
    fn encode(&self) -> Cow<'_, [u8]> {
        let mut out = Vec::with_capacity(self.user_id.as_str().len() + 1 + self.row_id().len());
        escape::write_left(self.user_id.as_str(), &mut out);
        out.extend_from_slice(self.row_id());
        Cow::Owned(out)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (user_id, row_id) = escape::split(bytes).map_err(|reason| invalid("UserRowId", reason, bytes))?;
        Ok(Self { user_id: UserId::from(user_id), row_id: RowId::new(row_id) })
    }

    fn describe(&self) -> String {
        text::of_pair(self.user_id.as_bytes(), self.row_id())
    }
}

impl PrefixBy<&UserId> for UserRowId {
    fn write_prefix(user_id: &UserId, out: &mut Vec<u8>) {
        escape::write_left(user_id.as_str(), out);
    }
}

impl Ord for UserRowId {
    /// The order of the bytes, which is not that of the parts: an escaped id sorts as it is written.
    fn cmp(&self, other: &Self) -> Ordering {
        self.written().cmp(other.written())
    }
}

impl PartialOrd for UserRowId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for UserRowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape::display_left(self.user_id.as_str(), f)?;
        display_row(self.row_id(), f)
    }
}

impl fmt::Debug for UserRowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserRowId({:?}, ", self.user_id.as_str())?;
        debug_row(self.row_id(), f)?;
        f.write_str(")")
    }
}
