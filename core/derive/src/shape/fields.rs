//! [`Stored`]: the fields of a struct or a variant that are stored.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Error, Fields, Path, Result, Type};

use super::{Attributes, Functions, part};
use crate::serde::{self, Case};

/// A field, with serde's attributes.
pub(crate) struct Stored<'a> {
    pub(crate) field: &'a syn::Field,
    pub(crate) serde: serde::Field,
    /// The type that the field encodes as, if it is stated.
    stated: Option<Type>,
}

impl<'a> Stored<'a> {
    /// Reads the attributes of all fields, and refuses those that postcard can't read back.
    pub(crate) fn all(fields: &'a Fields, functions: Functions) -> Result<Vec<Self>> {
        fields.iter().map(|field| Self::of(field, functions)).collect()
    }

    fn of(field: &'a syn::Field, functions: Functions) -> Result<Self> {
        let serde = serde::Field::of(field)?;
        let stated = Attributes::of_field(&field.attrs)?.stated;
        match serde.function {
            Some(span) if stated.is_none() && !serde.is_skipped && functions == Functions::Refused => {
                Err(Error::new(
                    span,
                    "the function decides what is stored, and the shape can't be told: state the type that the field \
                     encodes as, `#[shape(as = Type)]`",
                ))
            }
            _ => Ok(Self { field, serde, stated }),
        }
    }

    /// Returns the name that serde writes. A field of a tuple has none.
    pub(crate) fn name(&self, rule: Option<Case>) -> Option<String> {
        self.serde.rename.clone().or_else(|| {
            let name = self.field.ident.as_ref()?.unraw().to_string();
            Some(rule.map_or(name.clone(), |rule| rule.of_field(&name)))
        })
    }

    fn part(&self, keyloft: &Path) -> TokenStream {
        part(keyloft, self.stated.as_ref().unwrap_or(&self.field.ty))
    }
}

/// Returns the fields of a struct, as `keyloft::shape::Fields`.
pub(super) fn of_struct(
    keyloft: &Path,
    fields: &Fields,
    stored: &[Stored<'_>],
    rule: Option<Case>,
) -> TokenStream {
    match (fields, stored) {
        // Serde does not skip the field of a newtype.
        (Fields::Unnamed(_), [only]) => newtype(keyloft, only),
        _ => of_several(keyloft, fields, stored, rule),
    }
}

/// Returns the fields of a variant, as `keyloft::shape::Fields`.
pub(super) fn of_variant(
    keyloft: &Path,
    fields: &Fields,
    stored: &[Stored<'_>],
    rule: Option<Case>,
) -> TokenStream {
    match (fields, stored) {
        (Fields::Unnamed(_), [only]) if only.serde.is_skipped => quote!(#keyloft::shape::Fields::Unit),
        (Fields::Unnamed(_), [only]) => newtype(keyloft, only),
        _ => of_several(keyloft, fields, stored, rule),
    }
}

/// Returns the only stored field of a transparent struct.
pub(super) fn transparent(keyloft: &Path, stored: &[Stored<'_>], span: Span) -> Result<TokenStream> {
    let mut fields = stored.iter().filter(|field| !field.serde.is_skipped && !is_phantom(&field.field.ty));
    match (fields.next(), fields.next()) {
        (Some(only), None) => Ok(newtype(keyloft, only)),
        _ => Err(Error::new(span, "a transparent struct must have one field that is stored")),
    }
}

fn newtype(keyloft: &Path, only: &Stored<'_>) -> TokenStream {
    let part = only.part(keyloft);
    quote!(#keyloft::shape::Fields::Newtype(#part))
}

fn of_several(keyloft: &Path, fields: &Fields, stored: &[Stored<'_>], rule: Option<Case>) -> TokenStream {
    let stored: Vec<_> = stored.iter().filter(|field| !field.serde.is_skipped).collect();
    let parts = stored.iter().map(|field| field.part(keyloft));
    match fields {
        Fields::Unit => quote!(#keyloft::shape::Fields::Unit),
        Fields::Unnamed(_) => quote!(#keyloft::shape::Fields::Tuple(&[#(#parts),*])),
        Fields::Named(_) => {
            let names = stored.iter().map(|field| field.name(rule));
            quote!(#keyloft::shape::Fields::Named(&[#((#names, #parts)),*]))
        }
    }
}

/// Returns `true` for `PhantomData`, which a transparent struct may have beside its field.
fn is_phantom(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}
