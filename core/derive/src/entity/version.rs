//! The implementation of `Versioned`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use super::Options;
use crate::shape::Functions;

/// Returns the implementation of `Versioned`, and the check that the previous version is a lower one.
pub(super) fn implementation(options: &Options, input: &DeriveInput) -> TokenStream {
    let Options { keyloft, version, upgrades, .. } = options;
    let own = match options.functions() {
        Functions::Refused => quote!(::core::option::Option::Some(#keyloft::shape::Shape::of::<Self>())),
        Functions::Accepted => quote!(::core::option::Option::None),
    };
    let older = if let Some(previous) = upgrades {
        quote!(<#previous as #keyloft::entity::Versioned>::shape_of(version))
    } else {
        quote!(::core::option::Option::None)
    };
    let name = &input.ident;
    let upgrade = upgrades.as_ref().map(|previous| {
        let previous = previous.to_token_stream();
        quote_spanned! {upgrades.span()=>
            fn upgrade(
                from: u32,
                payload: &[u8],
            ) -> ::core::result::Result<Self, #keyloft::error::DecodeReason> {
                #keyloft::entity::upgrade_through::<#previous, Self>(from, payload)
            }
        }
    });
    let check = upgrades.as_ref().map(|previous| {
        let previous = previous.to_token_stream();
        quote_spanned! {upgrades.span()=>
            const _: () = ::core::assert!(
                <#previous as #keyloft::entity::Versioned>::VERSION < #version,
                "the previous version of an entity must have a lower number"
            );
        }
    });
    quote! {
        #[automatically_derived]
        impl #keyloft::entity::Versioned for #name {
            const VERSION: u32 = #version;

            #upgrade

            fn shape_of(version: u32) -> ::core::option::Option<#keyloft::shape::Shape> {
                if version == #version { #own } else { #older }
            }
        }

        #check
    }
}
