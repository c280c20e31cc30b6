//! What the derive writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Index, Member, Result};

pub(crate) fn storage_key(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(
            input.span(),
            "a key is a struct: give each variant a key of its own, or a number",
        ));
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(
            parameter.span(),
            "a key has no generic parameters: its bytes are those of one type",
        ));
    }
    let fields: Vec<&Field> = data.fields.iter().collect();
    let members: Vec<Member> = fields
        .iter()
        .zip(0_u32..)
        .map(|(field, place)| match &field.ident {
            Some(name) => Member::Named(name.clone()),
            None => Member::Unnamed(Index { index: place, span: field.span() }),
        })
        .collect();
    match (fields.split_last(), members.split_last()) {
        (Some((only, [])), Some((member, []))) => Ok(newtype(input, only, member)),
        (Some((last, left)), Some((last_member, left_members))) => {
            Ok(composite(input, left, left_members, last, last_member))
        }
        _ => Err(Error::new(input.span(), "a key has at least one field, or all keys are the same")),
    }
}

/// A struct of one field: all that it does, its field does.
fn newtype(input: &DeriveInput, field: &Field, member: &Member) -> TokenStream {
    let name = &input.ident;
    let inner = &field.ty;
    let prefix = inherent_prefix(input);
    quote! {
        #prefix

        #[automatically_derived]
        impl ::keyloft::StorageKey for #name {
            fn encode(&self) -> ::keyloft::key::Encoded<'_> {
                ::keyloft::StorageKey::encode(&self.#member)
            }

            fn decode(bytes: &[u8]) -> ::keyloft::Result<Self> {
                let field: #inner = ::keyloft::StorageKey::decode(bytes)?;
                ::core::result::Result::Ok(Self { #member: field })
            }

            fn encode_part(&self, out: &mut ::keyloft::key::Bytes) {
                ::keyloft::StorageKey::encode_part(&self.#member, out);
            }

            fn decode_part(input: &mut &[u8]) -> ::keyloft::Result<Self> {
                let field: #inner = ::keyloft::StorageKey::decode_part(input)?;
                ::core::result::Result::Ok(Self { #member: field })
            }

            fn describe(&self) -> ::keyloft::key::Text {
                ::keyloft::StorageKey::describe(&self.#member)
            }
        }

        #[automatically_derived]
        impl<__Parts> ::keyloft::PrefixBy<__Parts> for #name
        where
            #inner: ::keyloft::PrefixBy<__Parts>,
        {
            fn write_prefix(parts: __Parts, out: &mut ::keyloft::key::Bytes) {
                <#inner as ::keyloft::PrefixBy<__Parts>>::write_prefix(parts, out);
            }
        }
    }
}

/// A struct of several fields: the parts one after another.
fn composite(
    input: &DeriveInput,
    left: &[&Field],
    left_members: &[Member],
    last: &Field,
    last_member: &Member,
) -> TokenStream {
    let name = &input.ident;
    let left_types: Vec<_> = left.iter().map(|field| &field.ty).collect();
    let last_type = &last.ty;
    let prefix = inherent_prefix(input);
    let prefixes = (1..=left.len()).map(|count| {
        let types: Vec<_> = left_types.iter().take(count).collect();
        let names: Vec<_> = (0..count).map(|place| format_ident!("part_{place}")).collect();
        let parts_type = if count == 1 { quote!(#(&#types)*) } else { quote!((#(&#types),*)) };
        let parts = if count == 1 { quote!(#(#names)*) } else { quote!((#(#names),*)) };
        quote! {
            #[automatically_derived]
            impl ::keyloft::PrefixBy<#parts_type> for #name {
                fn write_prefix(#parts: #parts_type, out: &mut ::keyloft::key::Bytes) {
                    #(::keyloft::StorageKey::encode_part(#names, out);)*
                }
            }
        }
    });
    quote! {
        #prefix

        #[automatically_derived]
        impl ::keyloft::StorageKey for #name {
            fn encode(&self) -> ::keyloft::key::Encoded<'_> {
                let mut out = ::keyloft::key::Bytes::new();
                #(::keyloft::StorageKey::encode_part(&self.#left_members, &mut out);)*
                out.extend_from_slice(&::keyloft::StorageKey::encode(&self.#last_member));
                ::keyloft::key::Encoded::Owned(out)
            }

            fn decode(bytes: &[u8]) -> ::keyloft::Result<Self> {
                let mut rest = bytes;
                ::core::result::Result::Ok(Self {
                    #(#left_members: <#left_types as ::keyloft::StorageKey>::decode_part(&mut rest)?,)*
                    #last_member: <#last_type as ::keyloft::StorageKey>::decode(rest)?,
                })
            }

            fn encode_part(&self, out: &mut ::keyloft::key::Bytes) {
                #(::keyloft::StorageKey::encode_part(&self.#left_members, out);)*
                ::keyloft::StorageKey::encode_part(&self.#last_member, out);
            }

            fn decode_part(input: &mut &[u8]) -> ::keyloft::Result<Self> {
                ::core::result::Result::Ok(Self {
                    #(#left_members: <#left_types as ::keyloft::StorageKey>::decode_part(input)?,)*
                    #last_member: <#last_type as ::keyloft::StorageKey>::decode_part(input)?,
                })
            }
        }

        #(#prefixes)*
    }
}

/// `Key::prefix(parts)`, which needs no trait in scope.
fn inherent_prefix(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let visibility = &input.vis;
    quote! {
        #[automatically_derived]
        impl #name {
            /// All keys with these left parts.
            #[allow(dead_code)]
            #visibility fn prefix<__Parts>(parts: __Parts) -> ::keyloft::Prefix<Self>
            where
                Self: ::keyloft::PrefixBy<__Parts>,
            {
                ::keyloft::Prefix::of(parts)
            }
        }
    }
}
