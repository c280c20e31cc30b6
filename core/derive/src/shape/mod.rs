//! The code that `#[derive(Shape)]` generates.

mod attributes;
mod fields;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DataEnum, DeriveInput, Error, GenericParam, Generics, Path, Result, Type, parse_quote};

pub(crate) use attributes::{Attributes, crate_path};
pub(crate) use fields::Stored;

use crate::serde;

/// Returns the implementation of `HasShape` for a type with `#[derive(Shape)]`.
pub(crate) fn nested(input: &DeriveInput) -> Result<TokenStream> {
    let attributes = Attributes::of(&input.attrs)?;
    let keyloft = attributes.keyloft.clone().unwrap_or_else(|| parse_quote!(::keyloft));
    let definition = definition(&keyloft, input, attributes.stated.as_ref(), Functions::Refused)?;
    implementation(&keyloft, input, &definition)
}

/// The rule for a function that encodes a field, such as serde's `with`, without a stated type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Functions {
    /// The shape would be unknown.
    Refused,
    /// There is no shape.
    Accepted,
}

/// Returns the implementation of `HasShape`, which adds the type with `definition`.
pub(crate) fn implementation(
    keyloft: &Path,
    input: &DeriveInput,
    definition: &TokenStream,
) -> Result<TokenStream> {
    let name = &input.ident;
    let generics = bounded(keyloft, &input.generics)?;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #parameters #keyloft::shape::HasShape for #name #arguments #bounds {
            fn shape_in(shapes: &mut #keyloft::shape::Shapes) -> #keyloft::shape::NodeId {
                #definition
            }
        }
    })
}

/// Returns the generic parameters, with the bounds that a shape needs.
fn bounded(keyloft: &Path, generics: &Generics) -> Result<Generics> {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                parameter.bounds.push(parse_quote!(#keyloft::shape::HasShape));
                parameter.bounds.push(parse_quote!('static));
            }
            GenericParam::Const(_) => {}
            GenericParam::Lifetime(lifetime) => {
                return Err(Error::new(
                    lifetime.span(),
                    "a stored type can't borrow: use owned fields, such as `String` instead of `&str`",
                ));
            }
        }
    }
    Ok(generics)
}

/// Returns the expression that adds the type to `shapes`. `stated` is the type that it encodes as, if it is stated.
pub(crate) fn definition(
    keyloft: &Path,
    input: &DeriveInput,
    stated: Option<&Type>,
    functions: Functions,
) -> Result<TokenStream> {
    let container = serde::Container::of(input)?;
    if let Some(stored) = stated.or(container.stored_as.as_ref()) {
        let part = part(keyloft, stored);
        return Ok(quote!(shapes.define::<Self>(#part)));
    }
    match &input.data {
        Data::Struct(data) => {
            let stored = Stored::all(&data.fields, functions)?;
            let fields = match container.transparent {
                Some(span) => fields::transparent(keyloft, &stored, span)?,
                None => fields::of_struct(keyloft, &data.fields, &stored, container.rename_all),
            };
            Ok(quote!(shapes.define_struct::<Self>(#fields)))
        }
        Data::Enum(data) => {
            let variants = variants(keyloft, data, &container, functions)?;
            Ok(quote!(shapes.define_enum::<Self>(&[#(#variants),*])))
        }
        Data::Union(_) => {
            Err(Error::new(input.span(), "a stored type must be a struct or an enum: serde encodes no union"))
        }
    }
}

/// Returns each stored variant: its name and its fields.
fn variants(
    keyloft: &Path,
    data: &DataEnum,
    container: &serde::Container,
    functions: Functions,
) -> Result<Vec<TokenStream>> {
    let mut variants = Vec::new();
    for (variant, attributes) in data.variants.iter().zip(serde::Variant::all(data)?) {
        let stored = Stored::all(&variant.fields, functions)?;
        if attributes.skipped.is_some() {
            continue;
        }
        let rule = attributes.rename_all.or(container.rename_all_fields);
        let fields = fields::of_variant(keyloft, &variant.fields, &stored, rule);
        let name = attributes.rename.unwrap_or_else(|| {
            let name = variant.ident.unraw().to_string();
            container.rename_all.map_or(name.clone(), |rule| rule.of_variant(&name))
        });
        variants.push(quote!((#name, #fields)));
    }
    Ok(variants)
}

/// Returns the function that adds a type to a shape. A type without a shape is an error at its place.
fn part(keyloft: &Path, ty: &Type) -> TokenStream {
    let tokens = ty.to_token_stream();
    quote_spanned!(ty.span()=> <#tokens as #keyloft::shape::HasShape>::shape_in)
}
