//! The code that the derive generates for an enum.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    DataEnum, DeriveInput, Error, Expr, ExprLit, Fields, Ident, Lit, Member, Path, Result, Type, Variant,
};

use crate::expand::fields_of_shape;

/// A variant, with its discriminant as the byte that its keys begin with.
struct Tagged<'a> {
    variant: &'a Variant,
    tag: u8,
}

/// Returns the implementation for an enum, or an error that says why it can't be a key.
pub(crate) fn enumeration(keyloft: &Path, input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    if data.variants.is_empty() {
        return Err(Error::new(input.span(), "a key must have a variant: without one, there are no keys"));
    }
    let variants = tagged(data)?;
    let name = &input.ident;
    let encode = variants.iter().map(|tagged| encode_arm(keyloft, tagged, Position::Last));
    let encode_part = variants.iter().map(|tagged| encode_arm(keyloft, tagged, Position::Part));
    let decode = variants.iter().map(|tagged| decode_arm(keyloft, tagged, Position::Last));
    let decode_part = variants.iter().map(|tagged| decode_arm(keyloft, tagged, Position::Part));
    let shapes = variants.iter().map(|tagged| shape_of(keyloft, tagged));
    let unknown = quote! {
        _ => ::core::result::Result::Err(#keyloft::Error::from(#keyloft::ErrorKind::InvalidKey {
            place: #keyloft::error::Place::key_bytes(bytes),
            key_type: ::core::stringify!(#name),
            reason: "it begins with the byte of no variant",
        }))
    };
    Ok(quote! {
        #[automatically_derived]
        impl #keyloft::StorageKey for #name {
            fn encode(&self) -> #keyloft::key::Encoded<'_> {
                let mut bytes = #keyloft::key::Bytes::new();
                let out = &mut bytes;
                match self {
                    #(#encode)*
                }
                #keyloft::key::Encoded::Owned(bytes)
            }

            fn decode(bytes: &[u8]) -> #keyloft::Result<Self> {
                let mut rest = bytes;
                match <u8 as #keyloft::StorageKey>::decode_part(&mut rest)? {
                    #(#decode)*
                    #unknown
                }
            }

            fn encode_part(&self, out: &mut #keyloft::key::Bytes) {
                match self {
                    #(#encode_part)*
                }
            }

            fn decode_part(input: &mut &[u8]) -> #keyloft::Result<Self> {
                let bytes = *input;
                match <u8 as #keyloft::StorageKey>::decode_part(input)? {
                    #(#decode_part)*
                    #unknown
                }
            }

            fn shape() -> #keyloft::key::KeyShape {
                #keyloft::key::KeyShape::of_variants(&[#(#shapes),*])
            }
        }
    })
}

/// The position of the key: the last one of a composite, or one that other bytes follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Last,
    Part,
}

/// Returns the variants with their discriminants, which count as Rust counts them.
fn tagged(data: &DataEnum) -> Result<Vec<Tagged<'_>>> {
    let mut next = Some(0);
    let mut tagged = Vec::new();
    for variant in &data.variants {
        let tag = match &variant.discriminant {
            Some((_, value)) => literal(value)?,
            None => next.ok_or_else(|| too_many(variant))?,
        };
        next = tag.checked_add(1);
        tagged.push(Tagged { variant, tag });
    }
    Ok(tagged)
}

fn too_many(variant: &Variant) -> Error {
    Error::new(
        variant.span(),
        "the discriminant of a key's variant must be at most 255: it is stored in one byte",
    )
}

fn literal(value: &Expr) -> Result<u8> {
    if let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = value
        && let Ok(tag) = number.base10_parse()
    {
        return Ok(tag);
    }
    Err(Error::new(
        value.span(),
        "the discriminant of a key's variant must be a literal from 0 to 255: it is stored in one byte",
    ))
}

/// Returns the members, the types and the variables of a variant's fields.
fn fields(fields: &Fields) -> (Vec<Member>, Vec<&Type>, Vec<Ident>) {
    let types: Vec<&Type> = fields.iter().map(|field| &field.ty).collect();
    let variables = (0..types.len()).map(|index| format_ident!("__field_{index}")).collect();
    (fields.members().collect(), types, variables)
}

/// Returns the name, the discriminant and the fields of a variant, as `KeyShape` takes them.
fn shape_of(keyloft: &Path, Tagged { variant, tag }: &Tagged<'_>) -> TokenStream {
    let name = variant.ident.unraw().to_string();
    let fields = fields_of_shape(keyloft, variant.fields.iter());
    quote!((#name, #tag, #fields))
}

/// Returns the arm that appends a variant to `out`.
fn encode_arm(keyloft: &Path, Tagged { variant, tag }: &Tagged<'_>, position: Position) -> TokenStream {
    let (members, _, variables) = fields(&variant.fields);
    let name = &variant.ident;
    let (parts, last) = match variables.split_last() {
        Some((last, parts)) if position == Position::Last => (parts, Some(last)),
        _ => (variables.as_slice(), None),
    };
    let last = last.map(|last| quote!(out.extend_from_slice(&#keyloft::StorageKey::encode(#last));));
    quote! {
        Self::#name { #(#members: #variables),* } => {
            out.push(#tag);
            #(#keyloft::StorageKey::encode_part(#parts, out);)*
            #last
        }
    }
}

/// Returns the arm that reads the fields of a variant, whose discriminant is read already.
fn decode_arm(keyloft: &Path, Tagged { variant, tag }: &Tagged<'_>, position: Position) -> TokenStream {
    let (members, types, _) = fields(&variant.fields);
    let name = &variant.ident;
    let (reads, end) = match (position, types.split_last()) {
        (Position::Part, _) => {
            (quote!(#(#members: <#types as #keyloft::StorageKey>::decode_part(input)?),*), None)
        }
        (Position::Last, Some((last, parts))) => {
            let (parts_of, last_of) = members.split_at(parts.len());
            let reads = quote! {
                #(#parts_of: <#parts as #keyloft::StorageKey>::decode_part(&mut rest)?,)*
                #(#last_of)*: <#last as #keyloft::StorageKey>::decode(rest)?,
            };
            (reads, None)
        }
        // `()` refuses the bytes that follow a variant without fields.
        (Position::Last, None) => {
            (TokenStream::new(), Some(quote!(<() as #keyloft::StorageKey>::decode(rest)?;)))
        }
    };
    quote! {
        #tag => {
            #end
            ::core::result::Result::Ok(Self::#name { #reads })
        }
    }
}
