//! The derive in a crate that depends on Keyloft under another name, and where names of the prelude mean other things.

#![no_implicit_prelude]

use ::core::clone::Clone;
use ::core::cmp::{Eq, Ord, PartialEq, PartialOrd};
use ::core::fmt::Debug;

use ::storage::{RowId, StorageKey, UserId};

/// A key of one field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
#[storage_key(crate = "::storage")]
pub struct DeviceId(pub UserId);

/// A key of several fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
#[storage_key(crate = "::storage")]
pub struct Reading {
    /// The first part, the key above.
    pub device: DeviceId,
    /// The second part, which has borrowed forms.
    pub user: UserId,
    /// The last part.
    pub row: RowId,
}

/// Names of the prelude with other meanings.
pub mod shadows {
    /// Shadows the prelude's `Result`.
    pub struct Result;
    /// Shadows the prelude's `Sized`.
    pub struct Sized;
    /// Shadows the prelude's `Vec`.
    pub struct Vec;
    /// Shadows the prelude's `Into`.
    pub trait Into {}
}

/// Derived keys beside the shadows.
pub mod shadowed {
    #[allow(unused_imports)] // it shadows
    use super::shadows::*;
    use ::core::clone::Clone;
    use ::core::cmp::{Eq, Ord, PartialEq, PartialOrd};
    use ::core::fmt::Debug;

    /// A key of two fields.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, ::storage::StorageKey)]
    #[storage_key(crate = "::storage")]
    pub struct Pair {
        /// The left part.
        pub left: ::storage::UserId,
        /// The right part.
        pub right: u8,
    }
}

#[cfg(test)]
mod tests {
    use ::core::clone::Clone;
    use ::std::assert_eq;
    use ::std::convert::Into;
    use ::std::prelude::v1::test;

    use super::shadowed::Pair;
    use super::{DeviceId, Reading};
    use ::storage::{Prefix, RowId, StorageKey, UserId};

    #[test]
    fn derived_keys_are_encoded_and_decoded() {
        let device = DeviceId(UserId::new("d1"));
        let reading = Reading { device: device.clone(), user: "bob".into(), row: RowId::new([7]) };
        assert_eq!(&*reading.encode(), b"d1\0\0bob\0\0\x07");
        assert_eq!(Reading::decode(&reading.encode()).unwrap(), reading);
        assert_eq!(Reading::prefix((&device, "bob")).as_bytes(), b"d1\0\0bob\0\0");
        let pair = Pair { left: "l".into(), right: 3 };
        assert_eq!(Pair::decode(&pair.encode()).unwrap(), pair);
        assert_eq!(Pair::prefix("l"), Prefix::of(&pair.left));
    }
}
