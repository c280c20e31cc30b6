//! [`StorageKey`]: a key that becomes bytes and comes back.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use super::part;
use crate::error::{Error, Result};
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::text;

/// A key of a store.
///
/// # Laws
///
/// 1. *Round trip*: `K::decode(&k.encode()) == Ok(k)`, and different keys have different bytes.
/// 2. *Order*: `a.cmp(&b) == a.encode().cmp(&b.encode())`.
/// 3. *Strictness*: bytes that no key is written as are an [`Error::InvalidKey`], never a panic.
///
/// Derive it: on a struct of one field that is a key, the field's bytes are the key's; on a struct of several, the
/// fields follow each other, and the order of the fields is the order of the keys.
///
/// ```
/// use keyloft::{Prefix, StorageKey};
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct DeviceId(String);
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct Reading {
///     device: DeviceId,
///     at: i64,
/// }
///
/// let device = DeviceId("d1".into());
/// let reading = Reading { device: device.clone(), at: -5 };
/// assert_eq!(Reading::decode(&reading.encode())?, reading);
/// assert!(reading.encode().starts_with(Reading::prefix(&device).as_bytes()));
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait StorageKey: Clone + Ord + Debug + MaybeSend + MaybeSync + 'static {
    /// The bytes of the key: the one path there is.
    fn encode(&self) -> Cow<'_, [u8]>;

    /// The key of the bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] if no key is written so.
    fn decode(bytes: &[u8]) -> Result<Self>;

    /// Appends the key in a form that ends by itself, for a place in a composite that something follows.
    ///
    /// What is written orders as the keys do, whatever follows it. The default escapes and terminates the bytes of
    /// [`encode`](StorageKey::encode); types of fixed width write these bare.
    fn encode_part(&self, out: &mut Vec<u8>) {
        part::escape_into(&self.encode(), out);
        part::terminate(out);
    }

    /// Takes the key off the front of `input`, which is left at what follows.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] if `input` does not begin with a key in the form of
    /// [`encode_part`](StorageKey::encode_part).
    fn decode_part(input: &mut &[u8]) -> Result<Self> {
        Self::decode(&part::take(input)?)
    }

    /// The key as messages show it; nothing parses it. The default is its `Debug`.
    ///
    /// ```
    /// use keyloft::{StorageKey, UserId};
    ///
    /// assert_eq!(UserId::from("bob").describe(), "bob");
    /// assert_eq!(12_345_u16.describe(), "12345");
    /// assert_eq!(("attic".to_owned(), -5_i64).describe(), "(attic, -5)");
    /// ```
    fn describe(&self) -> String {
        format!("{self:?}")
    }
}

/// The error for bytes that are no key of the type.
pub(crate) fn invalid(key_type: &'static str, reason: &'static str, bytes: &[u8]) -> Error {
    Error::InvalidKey { key_type, reason, bytes: text::in_brief(bytes) }
}
