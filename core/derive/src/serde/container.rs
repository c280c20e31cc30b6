//! [`Container`]: serde's attributes of a type.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Error, LitStr, Result, Type};

use super::Case;

/// Serde's attributes of a struct or an enum.
#[derive(Default)]
pub(crate) struct Container {
    /// The rule for the names of a struct's fields, or of an enum's variants.
    pub(crate) rename_all: Option<Case>,
    /// The rule for the names of the fields in an enum's variants.
    pub(crate) rename_all_fields: Option<Case>,
    /// The position of `transparent`.
    pub(crate) transparent: Option<Span>,
    /// The type that is stored instead of this one.
    pub(crate) stored_as: Option<Type>,
}

impl Container {
    /// Reads the attributes, and refuses those that postcard can't read back.
    pub(crate) fn of(input: &DeriveInput) -> Result<Self> {
        let mut container = Self::default();
        let (mut from, mut into) = (None, None);
        super::each(&input.attrs, |name, meta| {
            match name {
                "rename_all" => container.rename_all = Case::of(meta)?,
                "rename_all_fields" => container.rename_all_fields = Case::of(meta)?,
                "transparent" => {
                    container.transparent = Some(meta.path.span());
                }
                "from" | "try_from" => from = Some(meta.value()?.parse::<LitStr>()?),
                "into" => into = Some(meta.value()?.parse::<LitStr>()?),
                "remote" => {
                    return Err(meta.error(
                        "`remote` gives serde the code for another type, and leaves this one without: remove the attribute, or \
                         convert between the two types with `from` and `into`",
                    ));
                }
                "tag" | "content" | "untagged" | "variant_identifier" | "field_identifier" => {
                    return Err(meta.error(match name {
                        "untagged" => {
                            "`untagged` looks for the variant that fits the value, and postcard stores nothing to \
                             compare it with: a read fails; remove the attribute, postcard stores the variant's number"
                        }
                        "tag" | "content" => {
                            "`tag` and `content` look for fields by their names, and postcard stores no names: a read \
                             fails; remove the attribute, postcard stores the variant's number"
                        }
                        _ => "an identifier is read by its name, and postcard stores no names: a read fails",
                    }));
                }
                _ => super::skip_value(meta)?,
            }
            Ok(())
        })?;
        container.stored_as = stored_as(from, into)?;
        Ok(container)
    }
}

/// Returns the type of `from` or `try_from` and of `into`, which must be the same.
fn stored_as(from: Option<LitStr>, into: Option<LitStr>) -> Result<Option<Type>> {
    let (from, into) = match (from, into) {
        (None, None) => return Ok(None),
        (Some(from), Some(into)) => (from, into),
        (Some(one), None) | (None, Some(one)) => {
            return Err(Error::new(
                one.span(),
                "`into` sets the type that is stored, and `from` or `try_from` the type that is read: set both to the \
                 same type",
            ));
        }
    };
    let (read, stored): (Type, Type) = (from.parse()?, into.parse()?);
    if read.to_token_stream().to_string() == stored.to_token_stream().to_string() {
        return Ok(Some(stored));
    }
    Err(Error::new(
        from.span(),
        "a read expects this type, and `into` stores another one: set both to the same type",
    ))
}
