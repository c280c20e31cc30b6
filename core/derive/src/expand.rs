//! The code that the derive generates for a struct.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Error, Field, Index, Member, Path, Result};

use crate::{attribute, variants};

/// Returns the implementations for a type, or an error that says why it can't be a key.
pub(crate) fn storage_key(input: &DeriveInput) -> Result<TokenStream> {
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(
            parameter.span(),
            "a key can't have generic parameters: its bytes are those of one type",
        ));
    }
    let keyloft = attribute::crate_path(input)?;
    match &input.data {
        Data::Struct(data) => structure(&keyloft, input, data),
        Data::Enum(data) => variants::enumeration(&keyloft, input, data),
        Data::Union(_) => Err(Error::new(
            input.span(),
            "a key must be a struct or an enum: nothing says what a union contains",
        )),
    }
}

/// Returns the implementations for a struct.
fn structure(keyloft: &Path, input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let fields: Vec<&Field> = data.fields.iter().collect();
    let members: Vec<Member> = fields
        .iter()
        .zip(0_u32..)
        .map(|(field, index)| match &field.ident {
            Some(name) => Member::Named(name.clone()),
            None => Member::Unnamed(Index { index, span: field.span() }),
        })
        .collect();
    match (fields.split_last(), members.split_last()) {
        (Some((only, [])), Some((member, []))) => Ok(newtype(keyloft, input, only, member)),
        (Some((last, left)), Some((last_member, left_members))) => {
            Ok(composite(keyloft, input, left, left_members, last, last_member))
        }
        _ => Err(Error::new(
            input.span(),
            "a key must have a field: without one, all keys are the same; the key of a table with one row is `()`",
        )),
    }
}

/// Returns the implementations for a struct of one field, which delegate to the field.
fn newtype(keyloft: &Path, input: &DeriveInput, field: &Field, member: &Member) -> TokenStream {
    let name = &input.ident;
    let inner = &field.ty;
    let prefix = inherent_prefix(keyloft, input);
    quote! {
        #prefix

        #[automatically_derived]
        impl #keyloft::StorageKey for #name {
            fn encode(&self) -> #keyloft::key::Encoded<'_> {
                #keyloft::StorageKey::encode(&self.#member)
            }

            fn decode(bytes: &[u8]) -> #keyloft::Result<Self> {
                let field: #inner = #keyloft::StorageKey::decode(bytes)?;
                ::core::result::Result::Ok(Self { #member: field })
            }

            fn encode_part(&self, out: &mut #keyloft::key::Bytes) {
                #keyloft::StorageKey::encode_part(&self.#member, out);
            }

            fn decode_part(input: &mut &[u8]) -> #keyloft::Result<Self> {
                let field: #inner = #keyloft::StorageKey::decode_part(input)?;
                ::core::result::Result::Ok(Self { #member: field })
            }

            fn describe(&self) -> #keyloft::key::Text {
                #keyloft::StorageKey::describe(&self.#member)
            }

            fn shape() -> #keyloft::key::KeyShape {
                <#inner as #keyloft::StorageKey>::shape()
            }
        }

        #[automatically_derived]
        impl<__Parts> #keyloft::PrefixBy<__Parts> for #name
        where
            #inner: #keyloft::PrefixBy<__Parts>,
        {
            fn write_prefix(parts: __Parts, out: &mut #keyloft::key::Bytes) {
                <#inner as #keyloft::PrefixBy<__Parts>>::write_prefix(parts, out);
            }
        }
    }
}

/// Returns the implementations for a struct of several fields, whose encodings follow one another.
fn composite(
    keyloft: &Path,
    input: &DeriveInput,
    left: &[&Field],
    left_members: &[Member],
    last: &Field,
    last_member: &Member,
) -> TokenStream {
    let name = &input.ident;
    let left_types: Vec<_> = left.iter().map(|field| &field.ty).collect();
    let last_type = &last.ty;
    let fields = fields_of_shape(keyloft, left.iter().copied().chain([last]));
    let prefix = inherent_prefix(keyloft, input);
    let prefixes = (1..=left.len()).map(|count| prefix_by(keyloft, input, left_types.iter().take(count)));
    quote! {
        #prefix

        #[automatically_derived]
        impl #keyloft::StorageKey for #name {
            fn encode(&self) -> #keyloft::key::Encoded<'_> {
                let mut out = #keyloft::key::Bytes::new();
                #(#keyloft::StorageKey::encode_part(&self.#left_members, &mut out);)*
                out.extend_from_slice(&#keyloft::StorageKey::encode(&self.#last_member));
                #keyloft::key::Encoded::Owned(out)
            }

            fn decode(bytes: &[u8]) -> #keyloft::Result<Self> {
                let mut rest = bytes;
                ::core::result::Result::Ok(Self {
                    #(#left_members: <#left_types as #keyloft::StorageKey>::decode_part(&mut rest)?,)*
                    #last_member: <#last_type as #keyloft::StorageKey>::decode(rest)?,
                })
            }

            fn encode_part(&self, out: &mut #keyloft::key::Bytes) {
                #(#keyloft::StorageKey::encode_part(&self.#left_members, out);)*
                #keyloft::StorageKey::encode_part(&self.#last_member, out);
            }

            fn decode_part(input: &mut &[u8]) -> #keyloft::Result<Self> {
                ::core::result::Result::Ok(Self {
                    #(#left_members: <#left_types as #keyloft::StorageKey>::decode_part(input)?,)*
                    #last_member: <#last_type as #keyloft::StorageKey>::decode_part(input)?,
                })
            }

            fn shape() -> #keyloft::key::KeyShape {
                #keyloft::key::KeyShape::of_fields(#fields)
            }
        }

        #(#prefixes)*
    }
}

/// Returns the slice of the fields' names and of the functions that return their shapes.
pub(crate) fn fields_of_shape<'a>(keyloft: &Path, fields: impl Iterator<Item = &'a Field>) -> TokenStream {
    let fields = fields.map(|field| {
        let name = field.ident.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
        let inner = &field.ty;
        quote!((#name, <#inner as #keyloft::StorageKey>::shape))
    });
    quote!(&[#(#fields),*])
}

/// Returns the implementation of `PrefixBy` for references to the left parts of these types, or to borrowed forms of them.
///
/// One part is passed as a reference, several parts as a tuple of references.
fn prefix_by<'a>(
    keyloft: &Path,
    input: &DeriveInput,
    types: impl Iterator<Item = &'a &'a syn::Type>,
) -> TokenStream {
    let name = &input.ident;
    let types: Vec<_> = types.collect();
    let forms: Vec<_> = (0..types.len()).map(|index| format_ident!("__Part{index}")).collect();
    let names: Vec<_> = (0..types.len()).map(|index| format_ident!("part_{index}")).collect();
    let (parts_type, parts) = if types.len() == 1 {
        (quote!(#(&#forms)*), quote!(#(#names)*))
    } else {
        (quote!((#(&#forms),*)), quote!((#(#names),*)))
    };
    quote! {
        #[automatically_derived]
        impl<#(#forms),*> #keyloft::PrefixBy<#parts_type> for #name
        where
            #(#forms: #keyloft::AsKey<#types> + ?::core::marker::Sized,)*
        {
            fn write_prefix(#parts: #parts_type, out: &mut #keyloft::key::Bytes) {
                #(<#forms as #keyloft::AsKey<#types>>::encode_key_part(#names, out);)*
            }
        }
    }
}

/// Returns the function `Key::prefix(parts)`. It is inherent, so that callers need no trait in scope.
fn inherent_prefix(keyloft: &Path, input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let visibility = &input.vis;
    quote! {
        #[automatically_derived]
        impl #name {
            /// Returns the prefix of the keys with these left parts.
            #[allow(dead_code)]
            #visibility fn prefix<__Parts>(parts: __Parts) -> #keyloft::Prefix<Self>
            where
                Self: #keyloft::PrefixBy<__Parts>,
            {
                #keyloft::Prefix::of(parts)
            }
        }
    }
}
