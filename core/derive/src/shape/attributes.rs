//! [`Attributes`]: the options of `#[shape(…)]`.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Path, Result, Type};

/// The options of `#[shape(…)]`, on a type or on a field.
#[derive(Default)]
pub(crate) struct Attributes {
    /// The path of the crate `keyloft`.
    pub(crate) keyloft: Option<Path>,
    /// The type that this one encodes as.
    pub(crate) stated: Option<Type>,
}

impl Attributes {
    /// Reads the options of a type.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        Self::read(attributes, |meta, read| {
            if meta.path.is_ident("crate") {
                read.keyloft = Some(crate_path(meta)?);
                return Ok(());
            }
            Err(meta.error("unknown option: the options are `as = Type` and `crate = \"…\"`"))
        })
    }

    /// Reads the options of a field.
    pub(crate) fn of_field(attributes: &[Attribute]) -> Result<Self> {
        Self::read(attributes, |meta, _| Err(meta.error("unknown option: `as = Type` is the only one")))
    }

    fn read(
        attributes: &[Attribute],
        mut other: impl FnMut(&ParseNestedMeta<'_>, &mut Self) -> Result<()>,
    ) -> Result<Self> {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("shape")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("as") {
                    read.stated = Some(meta.value()?.parse()?);
                    return Ok(());
                }
                other(&meta, &mut read)
            })?;
        }
        Ok(read)
    }
}

/// Returns the path of `crate = "…"`.
pub(crate) fn crate_path(meta: &ParseNestedMeta<'_>) -> Result<Path> {
    meta.value()?.parse::<LitStr>()?.parse()
}
