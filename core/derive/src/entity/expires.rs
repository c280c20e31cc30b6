//! [`Expires`]: the field with the time of an entity's expiry.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Path, Result};

use super::members::Field;
use super::{Members, Options};

/// The field with the time of an entity's expiry.
pub(super) struct Expires<'a> {
    keyloft: &'a Path,
    field: &'a Field<'a>,
    /// The stored fields before it.
    before: Vec<&'a Field<'a>>,
}

impl<'a> Expires<'a> {
    pub(super) fn of(options: &'a Options, members: &'a Members<'a>) -> Result<Option<Self>> {
        let mut marked = members.all.iter().filter_map(|member| Some((member, member.expires?)));
        let Some((field, span)) = marked.next() else { return Ok(None) };
        if let Some((_, second)) = marked.next() {
            return Err(Error::new(
                second,
                "another field has the time of expiry already: an entity has one",
            ));
        }
        if options.stated.is_some() {
            return Err(Error::new(
                span,
                "reads take the time from the stored fields, and the entity is stored as another type",
            ));
        }
        let stored = members.all.iter().filter(|member| !member.is_skipped);
        let before: Vec<_> = stored.take_while(|member| member.member != field.member).collect();
        if before.iter().any(|member| member.function.is_some()) || field.function.is_some() {
            return Err(Error::new(
                span,
                "reads decode this field and those before it by their types, and serde decodes one of them with a function: \
                 put the field with the time before it",
            ));
        }
        Ok(Some(Self { keyloft: &options.keyloft, field, before }))
    }

    /// Returns the method of `ExpiringEntity` that decodes the time alone.
    pub(super) fn stored_expiry(&self) -> TokenStream {
        let Self { keyloft, field, before } = self;
        let time = field.ty;
        // Nested pairs, because serde reads tuples of at most 16 types.
        let (head, pattern) =
            before.iter().rev().fold((quote!(#time), quote!(time)), |(head, pattern), Field { ty, .. }| {
                (quote!((#ty, #head)), quote!((_, #pattern)))
            });
        quote_spanned! {time.span()=>
            fn stored_expiry(
                payload: &[u8],
            ) -> ::core::result::Result<::core::option::Option<i64>, #keyloft::error::DecodeReason> {
                let #pattern = #keyloft::entity::decode_head::<#head>(payload)?;
                ::core::result::Result::Ok(#keyloft::entity::Expiry::millis(&time))
            }
        }
    }

    /// Returns the implementation of `Expiring`.
    pub(super) fn implementation(&self, name: &syn::Ident) -> TokenStream {
        let Self { keyloft, field: Field { member, stored_name, ty, .. }, .. } = self;
        let millis = quote_spanned!(ty.span()=> #keyloft::entity::Expiry::millis);
        quote! {
            #[automatically_derived]
            impl #keyloft::entity::Expiring for #name {
                const EXPIRES: #keyloft::Index<Self, i64> =
                    #keyloft::Index::new("expires", <Self as #keyloft::entity::Expiring>::expires_at)
                        .on(&[#stored_name]);

                fn expires_at(&self) -> ::core::option::Option<i64> {
                    #millis(&self.#member)
                }
            }
        }
    }
}
