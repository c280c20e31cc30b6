//! The macro that declares each error once.

/// Declares [`ErrorKind`](crate::ErrorKind). The name of a variant is its code. `at place` adds a field with the
/// [`Place`](crate::error::Place) of the error.
macro_rules! errors {
    ($(
        $(#[$meta:meta])*
        $variant:ident $(at $place:ident { $($located:tt)* })? $({ $($unlocated:tt)* })?,
    )+) => {
        /// The kind of an [`Error`](crate::Error), with the place and the cause.
        ///
        /// Every variant has a [`code`](ErrorKind::code) that never changes, for programs in any language.
        ///
        /// ```
        /// use keyloft::{ErrorKind, StorageKey, UserRowId};
        ///
        /// let error = UserRowId::decode(b"no separator").unwrap_err();
        /// assert_eq!(error.code(), "InvalidKey");
        /// assert!(matches!(error.kind(), ErrorKind::InvalidKey { key_type: "UserRowId", .. }));
        /// ```
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum ErrorKind {
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

        impl ErrorKind {
            /// Returns the name of the variant, which identifies the kind to programs in other languages. It never changes.
            ///
            /// ```
            /// assert_eq!(keyloft::ErrorKind::ReadOnly.code(), "ReadOnly");
            /// assert!(keyloft::error::CODES.contains(&"ReadOnly"));
            /// ```
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant),)+
                }
            }

            /// Returns the place of the error, if it has one.
            pub(crate) fn place(&self) -> Option<&$crate::error::Place> {
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
