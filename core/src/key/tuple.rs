//! Tuples as keys: the parts one after another, each but the last in its self-delimiting form.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{AsKey, KeyShape, PrefixBy, StorageKey};
use crate::error::Result;

/// Implements [`StorageKey`] for a tuple of left parts and a last part.
macro_rules! tuple {
    ($($left:ident)+ | $last:ident) => {
        impl<$($left: StorageKey,)+ $last: StorageKey> StorageKey for ($($left,)+ $last,) {
            #[allow(non_snake_case)]
            fn encode(&self) -> Cow<'_, [u8]> {
                let ($($left,)+ $last,) = self;
                let mut out = Vec::new();
                $($left.encode_part(&mut out);)+
                out.extend_from_slice(&$last.encode());
                Cow::Owned(out)
            }

            fn decode(mut bytes: &[u8]) -> Result<Self> {
                Ok(($($left::decode_part(&mut bytes)?,)+ $last::decode(bytes)?,))
            }

            #[allow(non_snake_case)]
            fn encode_part(&self, out: &mut Vec<u8>) {
                let ($($left,)+ $last,) = self;
                $($left.encode_part(out);)+
                $last.encode_part(out);
            }

            fn decode_part(input: &mut &[u8]) -> Result<Self> {
                Ok(($($left::decode_part(input)?,)+ $last::decode_part(input)?,))
            }

            #[allow(non_snake_case)]
            fn describe(&self) -> String {
                let ($($left,)+ $last,) = self;
                let mut text = String::from("(");
                $(
                    text.push_str(&$left.describe());
                    text.push_str(", ");
                )+
                text.push_str(&$last.describe());
                text.push(')');
                text
            }

            fn shape() -> KeyShape {
                KeyShape::of_fields(&[$(("", $left::shape),)+ ("", $last::shape)])
            }
        }
    };
}

/// Implements [`PrefixBy`] for the borrowed forms `P`, `Q`, … of the left parts `A`, `B`, …
macro_rules! prefix {
    ($($part:ident as $form:ident)+ | $($right:ident)+) => {
        impl<$($part: StorageKey,)+ $($right: StorageKey,)+ $($form: AsKey<$part> + ?Sized),+>
            PrefixBy<($(&$form,)+)> for ($($part,)+ $($right,)+)
        {
            #[allow(non_snake_case)]
            fn write_prefix(($($form,)+): ($(&$form,)+), out: &mut Vec<u8>) {
                $($form.encode_key_part(out);)+
            }
        }
    };
}

/// Implements [`PrefixBy`] for the borrowed form `P` of the first part, which needs no tuple around it.
macro_rules! prefix_of_first {
    ($first:ident | $($right:ident)+) => {
        impl<$first: StorageKey, $($right: StorageKey,)+ P: AsKey<$first> + ?Sized>
            PrefixBy<&P> for ($first, $($right,)+)
        {
            fn write_prefix(first: &P, out: &mut Vec<u8>) {
                first.encode_key_part(out);
            }
        }
    };
}

tuple!(A | B);
tuple!(A B | C);
tuple!(A B C | D);
tuple!(A B C D | E);

prefix_of_first!(A | B);
prefix_of_first!(A | B C);
prefix_of_first!(A | B C D);
prefix_of_first!(A | B C D E);

prefix!(A as P B as Q | C);
prefix!(A as P B as Q | C D);
prefix!(A as P B as Q C as R | D);
prefix!(A as P B as Q | C D E);
prefix!(A as P B as Q C as R | D E);
prefix!(A as P B as Q C as R D as S | E);
