//! [`Field`]: serde's attributes of a field.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Error, Result};

/// Serde's attributes of a field.
#[derive(Default)]
pub(crate) struct Field {
    /// The name that `rename` sets.
    pub(crate) rename: Option<String>,
    /// `true` if the field is neither stored nor read.
    pub(crate) is_skipped: bool,
    /// The position of a function that encodes or decodes the field.
    pub(crate) function: Option<Span>,
}

impl Field {
    /// Reads the attributes, and refuses those that postcard can't read back.
    pub(crate) fn of(field: &syn::Field) -> Result<Self> {
        let mut read = Self::default();
        let (mut no_write, mut no_read, mut refused) = (None, None, None);
        super::each(&field.attrs, |name, meta| {
            match name {
                "rename" => {
                    read.rename = super::text(meta)?.map(|name| name.value());
                    return Ok(());
                }
                "skip" => read.is_skipped = true,
                "skip_serializing" => no_write = Some(meta.path.span()),
                "skip_deserializing" => no_read = Some(meta.path.span()),
                "with" | "serialize_with" | "deserialize_with" => read.function = Some(meta.path.span()),
                "skip_serializing_if" => {
                    refused = Some(meta.error(
                        "`skip_serializing_if` leaves the field out of some stored values, and postcard does not note \
                         which: a read takes the next field's bytes for it; remove the attribute, or use `skip` to never \
                         store the field",
                    ));
                }
                "flatten" => {
                    refused = Some(meta.error(
                        "`flatten` merges fields by their names, and postcard stores no names: a write fails; remove the \
                         attribute",
                    ));
                }
                _ => {}
            }
            super::skip_value(meta)
        })?;
        match (no_write, no_read) {
            _ if read.is_skipped => return Ok(read),
            (Some(_), Some(_)) => {
                read.is_skipped = true;
                return Ok(read);
            }
            (Some(span), None) => Err(Error::new(
                span,
                "`skip_serializing` leaves the field out of the stored value, where a read expects it: a read takes the \
                 next field's bytes for it; use `skip` to leave it out of both",
            )),
            (None, Some(span)) => Err(Error::new(
                span,
                "`skip_deserializing` stores the field, and a read does not expect it: a read takes its bytes for the \
                 next field; use `skip` to leave it out of both",
            )),
            (None, None) => Ok(()),
        }?;
        refused.map_or(Ok(read), Err)
    }
}
