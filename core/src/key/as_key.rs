//! [`AsKey`]: a key, or a borrowed form of it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{RowId, StorageKey, self_delimiting};

/// A value that stands for a key of type `K` without being converted into one.
///
/// Calls that only need the bytes of a key take `&impl AsKey<K>`, as lookups in the maps of `std` take a `Borrow`:
///
/// | key | also as |
/// | --- | --- |
/// | every `K` | `K` |
/// | [`String`] | `str` |
/// | [`UserId`](crate::UserId) and the other ids that are text | `str`, [`String`] |
/// | `Vec<u8>` | `[u8]`, `[u8; N]` |
/// | [`RowId`] | `[u8]`, `[u8; N]`, `Vec<u8>`, `str`, [`String`] |
///
/// ```
/// use keyloft::{Prefix, UserId, UserRowId};
///
/// let of_bob = UserRowId::prefix("bob");
/// assert_eq!(of_bob, UserRowId::prefix(&UserId::new("bob")));
/// assert_eq!(Prefix::<(String, u8, i64)>::of(("attic", &7)), Prefix::of((&"attic".to_owned(), &7)));
/// ```
///
/// A key type of your own may have borrowed forms too:
///
/// ```
/// use keyloft::StorageKey;
/// use keyloft::key::{AsKey, Encoded};
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct DeviceId(String);
///
/// impl AsKey<DeviceId> for str {
///     fn encode_key(&self) -> Encoded<'_> {
///         self.as_bytes().into()
///     }
/// }
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct Reading {
///     device: DeviceId,
///     at: i64,
/// }
///
/// assert_eq!(Reading::prefix("attic"), Reading::prefix(&DeviceId("attic".into())));
/// ```
///
/// # Laws
///
/// The bytes are those of a key: `K::decode(&q.encode_key())` returns a key `k` with `k.encode() == q.encode_key()`.
/// [`encode_key_part`](AsKey::encode_key_part) appends what [`StorageKey::encode_part`] appends for that key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither the key `{K}` nor a borrowed form of it",
    label = "expected `{K}` or a borrowed form of it, found `{Self}`"
)]
pub trait AsKey<K> {
    /// Returns the bytes of the key.
    fn encode_key(&self) -> Cow<'_, [u8]>;

    /// Appends the key in its self-delimiting form, as [`StorageKey::encode_part`] does.
    ///
    /// The default is right for a key type that has the default of `encode_part`.
    fn encode_key_part(&self, out: &mut Vec<u8>) {
        self_delimiting::escape_into(&self.encode_key(), out);
        self_delimiting::terminate(out);
    }
}

impl<K: StorageKey> AsKey<K> for K {
    fn encode_key(&self) -> Cow<'_, [u8]> {
        self.encode()
    }

    fn encode_key_part(&self, out: &mut Vec<u8>) {
        self.encode_part(out);
    }
}

macro_rules! borrowed {
    ($($key:ty: $form:ty $(, const $len:ident)?;)*) => {$(
        impl $(<const $len: usize>)? AsKey<$key> for $form {
            fn encode_key(&self) -> Cow<'_, [u8]> {
                Cow::Borrowed(self.as_ref())
            }
        }
    )*};
}

pub(super) use borrowed;

borrowed! {
    Vec<u8>: [u8];
    Vec<u8>: [u8; N], const N;
    RowId: [u8];
    RowId: [u8; N], const N;
    RowId: Vec<u8>;
    RowId: str;
    RowId: String;
    String: str;
}
