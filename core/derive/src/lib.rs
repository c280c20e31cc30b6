//! `#[derive(StorageKey)]` for the keys of [Keyloft](https://docs.rs/keyloft). Use it through `keyloft::StorageKey`.

mod attribute;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `keyloft::StorageKey` for a struct whose fields are keys, and gives the struct the function `prefix`.
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
