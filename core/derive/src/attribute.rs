//! The attribute `#[storage_key(…)]`.

use syn::{DeriveInput, LitStr, Path, Result, parse_quote};

/// Returns the path of the crate `keyloft` in the user's crate: that of `#[storage_key(crate = "…")]`, or `::keyloft`.
pub(crate) fn crate_path(input: &DeriveInput) -> Result<Path> {
    let mut path = parse_quote!(::keyloft);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("storage_key")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                path = meta.value()?.parse::<LitStr>()?.parse()?;
                Ok(())
            } else {
                Err(meta.error("unknown option: `crate = \"…\"` is the only one"))
            }
        })?;
    }
    Ok(path)
}
