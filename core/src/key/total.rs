//! [`TotalF32`] and [`TotalF64`]: floating-point numbers in their total order.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::fixed_width::{fixed_width, take};
use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::Result;

macro_rules! total {
    ($name:ident, $shape:ident, $float:ident, $bits:ident) => {
        #[doc = concat!("An `", stringify!($float), "` as a key, in the order of [`total_cmp`](", stringify!($float), "::total_cmp).")]
        ///
        /// The order is: negative NaN, −∞, the negative numbers, −0, 0, the positive numbers, ∞, positive NaN. Two numbers
        /// are equal if their bits are, so −0 and 0 are two keys. The sign and the payload of a NaN are kept.
        ///
        /// ```
        #[doc = concat!("use keyloft::{StorageKey, ", stringify!($name), "};")]
        ///
        #[doc = concat!("let ordered = [", stringify!($float), "::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-9, 2.0, ", stringify!($float), "::NAN];")]
        #[doc = concat!("let keys = ordered.map(", stringify!($name), ");")]
        /// assert!(keys.is_sorted_by(|a, b| a < b && a.encode() < b.encode()));
        #[doc = concat!("assert_eq!(", stringify!($name), "::decode(&keys[1].encode())?.0, -1.5);")]
        /// # Ok::<(), keyloft::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $float);

        impl $name {
            const SIGN: $bits = 1 << ($bits::BITS - 1);

            /// Returns an integer of the same order: the sign bit flipped, and all other bits too if it was set.
            fn ordered(self) -> $bits {
                let bits = self.0.to_bits();
                if bits & Self::SIGN == 0 { bits | Self::SIGN } else { !bits }
            }

            fn from_ordered(ordered: $bits) -> Self {
                let bits = if ordered & Self::SIGN == 0 { !ordered } else { ordered & !Self::SIGN };
                Self($float::from_bits(bits))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.to_bits() == other.0.to_bits()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.to_bits().hash(state);
            }
        }

        impl From<$float> for $name {
            fn from(number: $float) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $float {
            fn from(key: $name) -> Self {
                key.0
            }
        }

        fixed_width!(
            $name,
            $shape,
            |key| key.ordered().to_be_bytes(),
            |bytes| Ok(Self::from_ordered($bits::from_be_bytes(bytes))),
            |key| key.0.to_string()
        );
    };
}

total!(TotalF32, F32, f32, u32);
total!(TotalF64, F64, f64, u64);
