//! The texts of the system's enums: one form for `Display`, `FromStr` and messages.

use alloc::string::String;
use core::{error, fmt};

/// Text that does not name a variant of an enum.
///
/// ```
/// use keyloft::Role;
///
/// let error = "admin".parse::<Role>().unwrap_err();
/// assert_eq!(error.to_string(), "`admin` is not a Role: use one of user, service, dba, system");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct UnknownName {
    /// The name of the enum.
    pub enum_name: &'static str,
    /// The unknown text.
    pub text: String,
    /// The names of the enum's variants.
    pub names: &'static [&'static str],
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a {}: use one of ", self.text, self.enum_name)?;
        for (position, name) in self.names.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl error::Error for UnknownName {}

/// An enum with the list of its variants.
pub(crate) trait Variants: Copy + PartialEq + 'static {
    const FIRST: Self;
    const ALL: &'static [Self];
}

/// Gives an enum of unit variants a text for each variant, with `as_str`, `Display` and `FromStr`, a shape, and the stored
/// form that serde's derive gives it.
///
/// The texts are lower snake case. Programs store and exchange them, so they never change.
macro_rules! enum_text {
    ($type:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $type {
            /// Returns the name of the variant in lower snake case.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl $crate::shape::HasShape for $type {
            fn shape_in(shapes: &mut $crate::shape::Shapes) -> $crate::shape::NodeId {
                shapes.define_enum::<Self>(&[$((stringify!($variant), $crate::shape::Fields::Unit)),+])
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::enum_text::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::enum_text::UnknownName {
                        enum_name: stringify!($type),
                        text: text.into(),
                        names: &[$($text),+],
                    }),
                }
            }
        }

        impl $crate::enum_text::Variants for $type {
            const FIRST: Self = $crate::enum_text::enum_text!(@first $($variant)+);
            const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl $crate::stored::Field for $type {
            fn store(&self, out: &mut alloc::vec::Vec<u8>) {
                $crate::stored::put_variant(self, $crate::enum_text::Variants::ALL, out);
            }

            fn load(stored: &mut $crate::stored::Stored<'_>) -> Self {
                stored.variant($crate::enum_text::Variants::FIRST, $crate::enum_text::Variants::ALL)
            }
        }
    };
    (@first $first:ident $($others:ident)*) => { Self::$first };
}

pub(crate) use enum_text;

#[cfg(test)]
mod tests {
    //! A check that each enum with texts parses them.

    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use core::fmt::{Debug, Display};
    use core::str::FromStr;

    use super::{UnknownName, Variants};
    use crate::access::{Role, TableAccess};
    use crate::tables::system::{AuthType, JobStatus, JobType, StorageMode, StorageType, TableType};

    fn check<T>(names: &[&str])
    where
        T: Variants + Debug + Display + FromStr<Err = UnknownName>,
    {
        let texts: Vec<_> = T::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(texts, names);
        for variant in T::ALL {
            assert_eq!(variant.to_string().parse(), Ok(*variant));
            assert_eq!(format!("{variant:>12}").trim_start(), variant.to_string());
        }
        for (variant, name) in T::ALL.iter().zip(names) {
            let [camel, upper, padded] = [format!("{variant:?}"), name.to_uppercase(), format!(" {name}")];
            for other in [camel.as_str(), &upper, &padded, "", "unknown"] {
                let error = other.parse::<T>().unwrap_err();
                assert_eq!((error.text.as_str(), error.names), (other, names));
                assert!(error.to_string().starts_with(&format!("`{other}` is not a {}: ", error.enum_name)));
            }
        }
    }

    #[test]
    fn enums_parse_from_their_text() {
        check::<Role>(&["user", "service", "dba", "system"]);
        check::<TableAccess>(&["public", "private", "restricted"]);
        check::<AuthType>(&["password", "oauth", "internal"]);
        check::<StorageMode>(&["table", "region"]);
        check::<TableType>(&["user", "shared", "stream", "system"]);
        check::<JobStatus>(&["running", "completed", "failed", "cancelled"]);
        check::<JobType>(&["flush", "compact", "cleanup", "backup", "restore"]);
        check::<StorageType>(&["filesystem", "s3"]);
    }
}
