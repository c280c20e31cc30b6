//! The macro that declares each error once.

/// Declares [`Error`](enum@crate::Error). The name of a variant is its code. `at place` adds a field with the
/// [`Place`](crate::error::Place) of the error.
macro_rules! errors {
    ($(
        $(#[$meta:meta])*
        $variant:ident $(at $place:ident { $($located:tt)* })? $({ $($unlocated:tt)* })?,
    )+) => {
        /// An error of a store, a table or a backend.
        ///
        /// Every variant has a [`code`](Error::code) that never changes, for programs in any language. The text says
        /// what failed, where, why, and what to do.
        ///
        /// ```
        /// use keyloft::{Error, StorageKey, UserRowId};
        ///
        /// let error = UserRowId::decode(b"no separator").unwrap_err();
        /// assert_eq!(error.code(), "InvalidKey");
        /// assert!(matches!(error, Error::InvalidKey { key_type: "UserRowId", .. }));
        /// ```
        ///
        /// The place names the table and the key, as the key's type [describes](crate::StorageKey::describe) it:
        ///
        /// ```
        /// # use std::sync::Arc;
        /// # use keyloft::prelude::*;
        /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
        /// let readings = Table::<(String, i64), u8>::new(backend, "readings");
        /// let key = ("attic".to_owned(), -5);
        /// readings.insert(&key, &1)?;
        /// let refused = readings.insert(&key, &1).unwrap_err();
        /// assert_eq!(
        ///     refused.to_string(),
        ///     "key `(attic, -5)` in partition `readings` exists already: use `put` to replace it"
        /// );
        /// assert_eq!(refused.place().and_then(|place| place.partition()), Some("readings"));
        /// # Ok::<(), keyloft::Error>(())
        /// ```
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $(
                $(#[$meta])*
                $variant $({
                    /// The place of the error.
                    $place: $crate::error::Place,
                    $($located)*
                })? $({ $($unlocated)* })?,
            )+
        }

        /// The codes of all errors, in the order of their declaration. The TypeScript type of the codes is generated
        /// from this list.
        pub const CODES: &[&str] = &[$(stringify!($variant)),+];

        impl Error {
            /// Returns the name of the variant, which identifies the error to programs in other languages. It never
            /// changes.
            ///
            /// ```
            /// assert_eq!(keyloft::Error::ReadOnly.code(), "ReadOnly");
            /// assert!(keyloft::error::CODES.contains(&"ReadOnly"));
            /// ```
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant),)+
                }
            }

            /// Returns the place of the error: a key, a partition, a path or a stream. An error of a whole transaction
            /// has none, nor has one of a cursor or of a stream's content.
            pub fn place(&self) -> Option<&$crate::error::Place> {
                match self {
                    $($(Self::$variant { $place, .. } => Some($place),)?)+
                    _ => None,
                }
            }

            /// Returns the place for a caller that can add the partition to it.
            pub(crate) fn place_mut(&mut self) -> Option<&mut $crate::error::Place> {
                match self {
                    $($(Self::$variant { $place, .. } => Some($place),)?)+
                    _ => None,
                }
            }
        }
    };
}

pub(super) use errors;
