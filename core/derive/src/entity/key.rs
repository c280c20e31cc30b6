//! [`Key`]: the key of an entity, inside or outside of it.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, Error, Member, Path, Result};

use super::{Members, Options};

/// The most fields that can be marked as the key: the parts of the largest tuple that is a key.
const MAX_FIELDS: usize = 5;

/// The key of an entity.
pub(super) struct Key<'a> {
    keyloft: &'a Path,
    /// The type of the key.
    pub(super) ty: TokenStream,
    /// The fields that contain the key. A separate key has none.
    fields: Vec<&'a Member>,
    /// The names that serde writes for these fields.
    names: Vec<&'a str>,
}

impl<'a> Key<'a> {
    pub(super) fn of(options: &'a Options, input: &DeriveInput, members: &'a Members<'_>) -> Result<Self> {
        let marked: Vec<_> = members.all.iter().filter(|member| member.key.is_some()).collect();
        let types: Vec<_> = marked.iter().map(|member| member.ty).collect();
        let ty = match (&options.key, types.as_slice()) {
            (Some(ty), []) => ty.to_token_stream(),
            (None, [only]) => only.to_token_stream(),
            (None, [_, _, _, _, _, _, ..]) => {
                return Err(Error::new(
                    marked.get(MAX_FIELDS).and_then(|field| field.key).unwrap_or_else(|| input.ident.span()),
                    "a key has at most five fields, as a tuple has: put some into a struct that derives `StorageKey`",
                ));
            }
            (None, [_, ..]) => quote!((#(#types),*)),
            (None, []) => {
                return Err(Error::new(
                    input.ident.span(),
                    "a table must have a key: mark a field with `#[key]`, or set `#[table(key = Type)]` for a key that the \
                     entity does not contain",
                ));
            }
            (Some(_), [..]) => {
                return Err(Error::new(
                    marked.iter().find_map(|member| member.key).unwrap_or_else(|| input.ident.span()),
                    "the table has a separate key already: remove `#[key]`, or the option `key` of `#[table(…)]`",
                ));
            }
        };
        let names = marked.iter().map(|member| member.stored_name.as_str()).collect();
        let fields = marked.into_iter().map(|member| &member.member).collect();
        Ok(Self { keyloft: &options.keyloft, ty, fields, names })
    }

    /// Returns the call that makes the schema compare the keys.
    pub(super) fn keyed(&self) -> Option<TokenStream> {
        let Self { keyloft, names, .. } = self;
        (!names.is_empty()).then(|| quote!(.keyed(&[#(#names),*], <Self as #keyloft::Keyed>::key)))
    }

    /// Returns the implementation of `Keyed` for an entity that contains its key.
    pub(super) fn implementation(&self, name: &syn::Ident) -> Option<TokenStream> {
        let Self { keyloft, ty, fields, .. } = self;
        let clones = fields.iter().map(|field| quote!(::core::clone::Clone::clone(&self.#field)));
        let key = match fields.as_slice() {
            [] => return None,
            [_] => quote!(#(#clones)*),
            _ => quote!((#(#clones),*)),
        };
        Some(quote! {
            #[automatically_derived]
            impl #keyloft::Keyed for #name {
                type Key = #ty;

                fn key(&self) -> Self::Key {
                    #key
                }
            }
        })
    }
}
