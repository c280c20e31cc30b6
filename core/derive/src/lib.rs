//! `#[derive(StorageKey)]` for the keys of [Keyloft](https://docs.rs/keyloft). Use it through `keyloft::StorageKey`.

mod attribute;
mod expand;
mod variants;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `keyloft::StorageKey` for a struct or an enum whose fields are keys, and gives a struct the function `prefix`.
///
/// # Structs
///
/// A struct of one field has the bytes of that field. In a struct of several fields, every field but the last is
/// written in its self-delimiting form, from which its end can be told. So the keys are ordered by the first field,
/// then the second, and so on, as with `#[derive(Ord)]`. Put the fields in the order that you want to scan by.
///
/// `Key::prefix(&first)`, `Key::prefix((&first, &second))` and so on return the prefixes of a struct of several fields.
/// Each part may be a borrowed form of the field, as `str` is of `String`. A struct of one field has the prefixes of that
/// field.
///
/// ```
/// use keyloft::{Prefix, StorageKey};
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// struct Reading {
///     device: String,
///     at: i64,
/// }
///
/// let of_device: Prefix<Reading> = Reading::prefix("d1");
/// assert!(of_device.matches(&Reading { device: "d1".into(), at: -1 }));
/// assert!(!of_device.matches(&Reading { device: "d10".into(), at: -1 }));
/// ```
///
/// # Enums
///
/// A key begins with a byte, the discriminant of its variant. The fields of the variant follow as in a struct. So the keys
/// are ordered by the variant, then by its fields, as with `#[derive(Ord)]`.
///
/// ```
/// use keyloft::StorageKey;
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
/// #[repr(u8)] // Rust requires it for discriminants beside fields
/// enum Owner {
///     Nobody = 0,
///     Person(String) = 10,
///     Group { region: u8, name: String } = 20,
/// }
///
/// assert_eq!(*Owner::Nobody.encode(), [0]);
/// assert_eq!(*Owner::Group { region: 7, name: "ops".into() }.encode(), *b"\x14\x07ops");
/// ```
///
/// Without `= n`, the first variant has 0, and each further one has 1 more than the variant before it. The bytes are on the
/// disk, so a variant must keep its number: add new variants at the end, or write the numbers, which leaves room between
/// them. A key with the number of a removed variant is an `InvalidKey` when it is read.
///
/// # A renamed dependency
///
/// The generated code names the crate `::keyloft`. If your `Cargo.toml` renames it, or another crate re-exports it, set
/// its path:
///
/// ```
/// # mod reexporting { pub use keyloft; }
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, reexporting::keyloft::StorageKey)]
/// #[storage_key(crate = "crate::reexporting::keyloft")]
/// struct DeviceId(String);
/// # fn main() {}
/// ```
#[proc_macro_derive(StorageKey, attributes(storage_key))]
pub fn derive_storage_key(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::storage_key(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
