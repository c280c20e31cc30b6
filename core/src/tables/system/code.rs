//! The encoding of enums as index values: one byte per variant, which never changes.

/// Implements [`StorageKey`](crate::StorageKey) with one byte per variant, ascending in the order of the variants: the
/// encoding that the derive gives an enum without fields.
macro_rules! coded {
    ($type:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $crate::key::StorageKey for $type {
            fn encode(&self) -> alloc::borrow::Cow<'_, [u8]> {
                alloc::borrow::Cow::Borrowed(match self {
                    $(Self::$variant => &[$code],)+
                })
            }

            fn encode_part(&self, out: &mut alloc::vec::Vec<u8>) {
                out.extend_from_slice(&$crate::key::StorageKey::encode(self));
            }

            fn decode(bytes: &[u8]) -> $crate::error::Result<Self> {
                match bytes {
                    $([$code] => Ok(Self::$variant),)+
                    other => Err($crate::key::invalid(stringify!($type), "it is the code of no variant", other)),
                }
            }

            fn decode_part(input: &mut &[u8]) -> $crate::error::Result<Self> {
                let (code, rest) = input.split_at(input.len().min(1));
                *input = rest;
                $crate::key::StorageKey::decode(code)
            }

            fn shape() -> $crate::key::KeyShape {
                $crate::key::KeyShape::of_variants(&[$((stringify!($variant), $code, &[]),)+])
            }
        }
    };
}

pub(super) use coded;
