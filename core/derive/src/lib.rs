//! `#[derive(StorageKey)]` for keys of [Keyloft](https://docs.rs/keyloft); use it as `keyloft::StorageKey`.

mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `keyloft::StorageKey` for a struct whose fields are keys, and `prefix` for its left fields.
///
/// A struct of one field is written as the field is. In a struct of several, every field but the last is written in
/// its self-delimiting form, so that the order of the keys is the order of the fields: derive `Ord` too, and keep the
/// fields in the order you want to scan by.
///
/// `Key::prefix(&first)`, `Key::prefix((&first, &second))` and so on make the prefixes of a struct of several; that of
/// a struct of one takes what its field's prefix takes.
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
/// let of_device: Prefix<Reading> = Reading::prefix(&"d1".to_owned());
/// assert!(of_device.matches(&Reading { device: "d1".into(), at: -1 }));
/// assert!(!of_device.matches(&Reading { device: "d10".into(), at: -1 }));
/// ```
#[proc_macro_derive(StorageKey)]
pub fn derive_storage_key(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::storage_key(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
