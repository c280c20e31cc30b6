//! [`Variant`]: serde's attributes of an enum's variant.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{DataEnum, Error, Result};

use super::Case;

/// Serde's attributes of an enum's variant.
#[derive(Default)]
pub(crate) struct Variant {
    /// The name that `rename` sets.
    pub(crate) rename: Option<String>,
    /// The rule for the names of the fields.
    pub(crate) rename_all: Option<Case>,
    /// The position of `skip`, for a variant that is neither stored nor read.
    pub(crate) skipped: Option<Span>,
}

impl Variant {
    /// Reads the attributes of all variants, and refuses those that postcard can't read back.
    pub(crate) fn all(data: &DataEnum) -> Result<Vec<Self>> {
        let variants = data.variants.iter().map(Self::of).collect::<Result<Vec<_>>>()?;
        let stored = variants.iter().rposition(|variant| variant.skipped.is_none());
        let first_skipped =
            variants.iter().enumerate().find_map(|(at, variant)| Some((at, variant.skipped?)));
        if let (Some(stored), Some((skipped, span))) = (stored, first_skipped)
            && skipped < stored
        {
            return Err(Error::new(
                span,
                "serde counts a skipped variant in writes and not in reads: a read takes a later variant for the one after \
                 it; move the skipped variant to the end",
            ));
        }
        Ok(variants)
    }

    fn of(variant: &syn::Variant) -> Result<Self> {
        let mut read = Self::default();
        let (mut no_write, mut no_read) = (false, None);
        super::each(&variant.attrs, |name, meta| {
            match name {
                "rename" => read.rename = super::text(meta)?.map(|name| name.value()),
                "rename_all" => read.rename_all = Case::of(meta)?,
                "skip" => read.skipped = Some(meta.path.span()),
                "skip_serializing" => no_write = true,
                "skip_deserializing" => no_read = Some(meta.path.span()),
                "untagged" => {
                    return Err(meta.error(
                        "`untagged` looks for the variant that fits the value, and postcard stores nothing to compare it \
                         with: a read of every variant fails; remove the attribute",
                    ));
                }
                "other" => {
                    return Err(meta.error(
                        "`other` takes the variants of newer programs for this one, and their fields for the bytes that \
                         follow; remove the attribute, then they are an error",
                    ));
                }
                "with" | "serialize_with" | "deserialize_with" => {
                    return Err(meta.error(
                        "the functions decide what is stored of the variant, and its shape can't be told; set them on its \
                         fields, each with `#[shape(as = Type)]`",
                    ));
                }
                _ => super::skip_value(meta)?,
            }
            Ok(())
        })?;
        match no_read {
            Some(span) if no_write => read.skipped = Some(span),
            Some(span) if read.skipped.is_none() => {
                return Err(Error::new(
                    span,
                    "`skip_deserializing` lets the variant be stored, and a read of it fails; use `skip` to refuse both",
                ));
            }
            _ => {}
        }
        Ok(read)
    }
}
