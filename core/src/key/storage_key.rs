//! [`StorageKey`]: a key with an encoding as bytes.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use super::{KeyShape, self_delimiting};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::maybe_send::{MaybeSend, MaybeSync};

/// A key of a table, with an encoding as bytes.
///
/// # Laws
///
/// 1. *Round trip*: `K::decode(&k.encode()) == Ok(k)`, and different keys have different bytes.
/// 2. *Order*: `a.cmp(&b) == a.encode().cmp(&b.encode())`.
/// 3. *Strictness*: bytes that no key encodes to are an [`ErrorKind::InvalidKey`], never a panic.
///
/// Derive the trait for a struct or an enum whose fields are keys. A struct of one field has the bytes of that field. A
/// struct of several fields has their bytes one after another, so its keys are ordered by the first field, then the second,
/// and so on. An enum has a byte for the variant before the variant's fields.
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
#[diagnostic::on_unimplemented(
    note = "a floating-point number is a key as `TotalF32` or `TotalF64`, and a `usize` as `u32` or `u64`"
)]
pub trait StorageKey: Clone + Ord + Debug + MaybeSend + MaybeSync + 'static {
    /// Returns the bytes of the key.
    fn encode(&self) -> Cow<'_, [u8]>;

    /// Returns the key that has these bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`] if no key has them.
    fn decode(bytes: &[u8]) -> Result<Self>;

    /// Appends the key in a self-delimiting form, for every part of a composite but the last.
    ///
    /// The form keeps the order of the keys, whatever bytes follow. The default escapes and terminates the bytes of
    /// [`encode`](StorageKey::encode). A type of fixed width appends them as they are.
    fn encode_part(&self, out: &mut Vec<u8>) {
        self_delimiting::escape_into(&self.encode(), out);
        self_delimiting::terminate(out);
    }

    /// Removes a key in its self-delimiting form from the front of `input` and returns it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`] if `input` begins with no key in the form of [`encode_part`](StorageKey::encode_part).
    fn decode_part(input: &mut &[u8]) -> Result<Self> {
        Self::decode(&self_delimiting::take(input)?)
    }

    /// Returns the key as error messages show it. No code parses this text. The default is `Debug`.
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

    /// Returns the encoding of the type as data, which the catalog compares with the one of the stored keys.
    ///
    /// The default says that nothing is known. Then keys of another type are not noticed, and a tool that lacks the type
    /// shows the bytes.
    ///
    /// ```
    /// use keyloft::{StorageKey, UserRowId};
    ///
    /// assert_eq!(<(String, i64)>::shape().to_string(), "(text, i64)");
    /// assert_eq!(UserRowId::shape().to_string(), "(user_id: text):(row_id: bytes)");
    /// ```
    fn shape() -> KeyShape {
        KeyShape::Unknown
    }
}

/// Returns the error for bytes that are no key of the type.
pub(crate) fn invalid(key_type: &'static str, reason: &'static str, bytes: &[u8]) -> Error {
    Error::from(ErrorKind::InvalidKey { place: Place::key_bytes(bytes), key_type, reason })
}
