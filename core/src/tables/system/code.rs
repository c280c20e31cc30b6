//! The encoding of enums as index values: one byte per variant, which never changes.

/// Implements [`StorageKey`](crate::StorageKey) with one byte per variant, ascending in the order of the variants.
macro_rules! coded {
    ($type:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $crate::key::StorageKey for $type {
            fn encode(&self) -> alloc::borrow::Cow<'_, [u8]> {
                alloc::borrow::Cow::Borrowed(match self {
                    $(Self::$variant => &[$code],)+
                })
            }

            fn decode(bytes: &[u8]) -> $crate::error::Result<Self> {
                match bytes {
                    $([$code] => Ok(Self::$variant),)+
                    other => Err($crate::key::invalid(stringify!($type), "it is the code of no variant", other)),
                }
            }
        }
    };
}

pub(super) use coded;
