//! The code that `#[derive(Entity)]` generates.

mod expires;
mod index;
mod key;
mod members;
mod options;
mod types;
mod version;

use expires::Expires;
use key::Key;
use members::Members;
use options::Options;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Error, LitStr, Result};

use crate::shape::{self, Functions};

/// Returns the implementations for an entity: those of a version alone, or those of a table.
pub(crate) fn entity(input: &DeriveInput) -> Result<TokenStream> {
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(
            parameter.span(),
            "an entity can't have generic parameters: its table holds the entities of one type",
        ));
    }
    let options = Options::of(input)?;
    let members = Members::of(input, options.functions())?;
    let shape = shape(&options, input)?;
    let version = version::implementation(&options, input);
    let table = if let Some(name) = &options.name {
        table(&options, input, &members, name)?
    } else {
        without_table(&options, &members)?;
        TokenStream::new()
    };
    Ok(quote!(#shape #version #table))
}

/// Returns the implementation of `HasShape`, unless the entity is opaque.
fn shape(options: &Options, input: &DeriveInput) -> Result<TokenStream> {
    let functions = options.functions();
    let definition = shape::definition(&options.keyloft, input, options.stated.as_ref(), functions)?;
    match functions {
        Functions::Refused => shape::implementation(&options.keyloft, input, &definition),
        Functions::Accepted => Ok(TokenStream::new()),
    }
}

/// Refuses the attributes of a table on an entity that has none.
fn without_table(options: &Options, members: &Members<'_>) -> Result<()> {
    match options.of_table.or_else(|| members.first_role()) {
        None => Ok(()),
        Some(span) => Err(Error::new(
            span,
            "it describes a table, and the entity has none: set `#[table(name = \"…\")]`, or remove it from an older \
             version of an entity",
        )),
    }
}

/// Returns the implementations for an entity with a table, and its constants.
fn table(
    options: &Options,
    input: &DeriveInput,
    members: &Members<'_>,
    table_name: &LitStr,
) -> Result<TokenStream> {
    let Options { keyloft, version, upgrades, .. } = options;
    let name = &input.ident;
    let key = Key::of(options, input, members)?;
    let expires = Expires::of(options, members)?;
    let indexes = index::all(options, input, members, expires.is_some())?;

    let versioned = match (upgrades, version) {
        (Some(_), _) => quote! {
            .version(#version, <Self as #keyloft::entity::Versioned>::upgrade)
            .older_shapes(<Self as #keyloft::entity::Versioned>::shape_of)
        },
        (None, 1) => TokenStream::new(),
        (None, _) => quote!(.version_without_upgrade(#version)),
    };
    let shape = match options.functions() {
        Functions::Refused => quote!(.shape(#keyloft::shape::Shape::of::<Self>())),
        Functions::Accepted => TokenStream::new(),
    };
    let added = index::added(&indexes);
    let keyed = key.keyed();
    let schema = quote! {
        #keyloft::Schema::new(partition) #versioned #shape #added #keyed
    };

    let key_type = &key.ty;
    let described = quote! {
        type Key = #key_type;

        const NAME: &'static str = #table_name;
    };
    let table = match &expires {
        None => quote! {
            #[automatically_derived]
            impl #keyloft::TableEntity for #name {
                #described

                fn schema_in(
                    partition: impl ::core::convert::Into<#keyloft::Partition>,
                ) -> #keyloft::Schema<Self::Key, Self> {
                    #schema
                }
            }
        },
        Some(expires) => {
            let stored_expiry = expires.stored_expiry();
            quote! {
                #[automatically_derived]
                impl #keyloft::ExpiringEntity for #name {
                    #described

                    fn schema_in(
                        partition: impl ::core::convert::Into<#keyloft::Partition>,
                        clock: #keyloft::entity::Arc<dyn #keyloft::Clock>,
                    ) -> #keyloft::Schema<Self::Key, Self> {
                        #schema.expiring(clock)
                    }

                    #stored_expiry
                }
            }
        }
    };
    let expiring = expires.map(|expires| expires.implementation(name));
    let key = key.implementation(name);
    let constants = index::constants(name, &indexes);
    Ok(quote!(#table #expiring #key #constants))
}
