//! [`UserRowId`]: the key of a row that one user owns.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{fmt, iter};

use serde::{Deserialize, Serialize};

use super::row_id::{debug_row, display_row};
use super::storage_key::invalid;
use super::{AsKey, KeyShape, Prefix, PrefixBy, RowId, StorageKey, UserId, percent};
use crate::error::Result;
use crate::excerpt;

/// The key of a row that one user owns: a [`UserId`] and row bytes, encoded as `{user_id}:{row_id}`.
///
/// In the user's id, and only there, `%` and `:` are written `%25` and `%3A`. So every string is a legal id, and the first
/// colon ends it. The type has no `AsRef<[u8]>`, so a part of the key can't be mistaken for the key.
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
    /// Creates the key of a row of this user.
    pub fn new(user_id: UserId, row_id: impl Into<Vec<u8>>) -> Self {
        Self { user_id, row_id: RowId::new(row_id) }
    }

    /// Creates the key from text.
    pub fn from_strings(user_id: &str, row_id: &str) -> Self {
        Self::new(UserId::from(user_id), row_id)
    }

    /// Returns the prefix of the rows of this user.
    ///
    /// ```
    /// use keyloft::UserRowId;
    ///
    /// let of_bob = UserRowId::prefix("bob");
    /// assert!(of_bob.matches(&UserRowId::from_strings("bob", "1")));
    /// assert!(!of_bob.matches(&UserRowId::from_strings("bobby", "1")));
    /// ```
    pub fn prefix<U: AsKey<UserId> + ?Sized>(user_id: &U) -> Prefix<Self> {
        Prefix::of(user_id)
    }

    /// Returns the id of the user.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// Returns the bytes of the row's id.
    pub fn row_id(&self) -> &[u8] {
        self.row_id.as_bytes()
    }

    /// Returns the ids of the user and the row without a copy.
    pub fn into_parts(self) -> (UserId, RowId) {
        (self.user_id, self.row_id)
    }

    /// Returns the bytes of the key.
    pub fn as_storage_key(&self) -> Vec<u8> {
        self.encode().into_owned()
    }

    /// Returns the key that has these bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if no key has them.
    pub fn from_storage_key(bytes: &[u8]) -> Result<Self> {
        Self::decode(bytes)
    }

    /// Returns the bytes of the key one by one, to compare keys without an allocation.
    fn encoded(&self) -> impl Iterator<Item = u8> {
        percent::encoded(self.user_id.as_bytes())
            .chain(iter::once(percent::SEPARATOR))
            .chain(self.row_id().iter().copied())
    }
}

impl StorageKey for UserRowId {
    fn encode(&self) -> Cow<'_, [u8]> {
        let mut out = Vec::with_capacity(self.user_id.as_str().len() + 1 + self.row_id().len());
        percent::write_left(self.user_id.as_bytes(), &mut out);
        out.extend_from_slice(self.row_id());
        Cow::Owned(out)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (user_id, row_id) =
            percent::split(bytes).map_err(|reason| invalid("UserRowId", reason, bytes))?;
        Ok(Self { user_id: UserId::from(user_id), row_id: RowId::new(row_id) })
    }

    fn describe(&self) -> String {
        excerpt::excerpt_of_pair(self.user_id.as_bytes(), self.row_id())
    }

    fn shape() -> KeyShape {
        KeyShape::joined("user_id", ("row_id", RowId::shape))
    }
}

impl<U: AsKey<UserId> + ?Sized> PrefixBy<&U> for UserRowId {
    fn write_prefix(user_id: &U, out: &mut Vec<u8>) {
        percent::write_left(&user_id.encode_key(), out);
    }
}

impl Ord for UserRowId {
    /// Compares the bytes. The parts may compare differently, because an id is compared in its percent encoding.
    fn cmp(&self, other: &Self) -> Ordering {
        self.encoded().cmp(other.encoded())
    }
}

impl PartialOrd for UserRowId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for UserRowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        percent::display_left(self.user_id.as_str(), f)?;
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
