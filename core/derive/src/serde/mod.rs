//! Serde's attributes: those that change the encoding are honoured, and those that postcard can't read back are refused.
//!
//! `core/tests/entity/serde_attributes.rs` shows for each attribute what postcard does with it.

mod case;
mod container;
mod field;
mod variant;

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Lit, LitStr, Result, Token, parenthesized};

pub(crate) use case::Case;
pub(crate) use container::Container;
pub(crate) use field::Field;
pub(crate) use variant::Variant;

/// Calls `read` for each of serde's attributes. It must consume the value of the attribute, for example with
/// [`skip_value`].
fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&name, &meta)
        })?;
    }
    Ok(())
}

/// Steps over the value of an attribute: `= "…"`, `(…)` or nothing.
fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Lit>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}

/// Returns the text of `name = "…"`, or that of `name(serialize = "…", deserialize = "…")` for writes.
fn text(meta: &ParseNestedMeta<'_>) -> Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse().map(Some);
    }
    let mut text = None;
    meta.parse_nested_meta(|inner| {
        let value: LitStr = inner.value()?.parse()?;
        if inner.path.is_ident("serialize") {
            text = Some(value);
        }
        Ok(())
    })?;
    Ok(text)
}
