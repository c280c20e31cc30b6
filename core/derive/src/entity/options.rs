//! [`Options`]: the options of `#[table(…)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, LitInt, LitStr, Path, Result, Type, parse_quote};

use super::index::Declared;
use crate::shape::{Attributes, Functions, crate_path};

/// The options of `#[table(…)]`.
pub(super) struct Options {
    /// The path of the crate `keyloft`.
    pub(super) keyloft: Path,
    /// The table's name. An older version of an entity has none.
    pub(super) name: Option<LitStr>,
    pub(super) version: u32,
    /// The previous version of the entity.
    pub(super) upgrades: Option<Type>,
    /// The type of a key that the entity does not contain.
    pub(super) key: Option<Type>,
    /// The indexes by a function or by several fields.
    pub(super) indexes: Vec<Declared>,
    /// The type that the entity encodes as, if it is stated.
    pub(super) stated: Option<Type>,
    /// The position of the first option that an entity without a table can't have.
    pub(super) of_table: Option<Span>,
    opaque: bool,
}

impl Options {
    pub(super) fn of(input: &DeriveInput) -> Result<Self> {
        let shape = Attributes::of(&input.attrs)?;
        let mut options = Self {
            keyloft: shape.keyloft.unwrap_or_else(|| parse_quote!(::keyloft)),
            name: None,
            version: 1,
            upgrades: None,
            key: None,
            indexes: Vec::new(),
            stated: shape.stated,
            of_table: None,
            opaque: false,
        };
        let mut version: Option<LitInt> = None;
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("table")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("version") { set(&mut version, &meta) } else { options.read(&meta) }
            })?;
        }
        if let Some(number) = &version {
            options.version = number.base10_parse()?;
        }
        options.check(version.as_ref())?;
        Ok(options)
    }

    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if matches!(name.as_str(), "key" | "index") {
            self.of_table = self.of_table.or_else(|| Some(meta.path.span()));
        }
        match name.as_str() {
            "name" => set(&mut self.name, meta)?,
            "upgrades" => set_type(&mut self.upgrades, meta)?,
            "key" => set_type(&mut self.key, meta)?,
            "index" => self.indexes.push(Declared::of_table(meta)?),
            "opaque" => self.opaque = true,
            "crate" => self.keyloft = crate_path(meta)?,
            _ => {
                return Err(meta.error(
                    "unknown option: the options are `name`, `version`, `upgrades`, `key`, `index(…)`, `opaque` and \
                     `crate`",
                ));
            }
        }
        Ok(())
    }

    fn check(&self, version: Option<&LitInt>) -> Result<()> {
        if let Some(name) = &self.name
            && name.value().is_empty()
        {
            return Err(syn::Error::new(name.span(), "a table must have a name that is not empty"));
        }
        match version {
            Some(number) if self.version == 0 => {
                return Err(syn::Error::new(number.span(), "the first version is 1"));
            }
            _ => {}
        }
        match &self.upgrades {
            Some(previous) if self.version == 1 => Err(syn::Error::new(
                previous.span(),
                "version 1 has no previous version: set the entity's version, `version = 2`",
            )),
            _ => Ok(()),
        }
    }

    /// Returns the rule for functions that encode fields: without a shape, they are accepted.
    pub(super) fn functions(&self) -> Functions {
        if self.opaque { Functions::Accepted } else { Functions::Refused }
    }
}

/// Sets an option, which may be stated once.
fn set<T: Parse>(option: &mut Option<T>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if option.is_some() {
        return Err(meta.error("the option is stated twice"));
    }
    *option = Some(meta.value()?.parse()?);
    Ok(())
}

/// Sets an option that is a type. Serde writes types as text, so people write that here too.
fn set_type(option: &mut Option<Type>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if option.is_some() {
        return Err(meta.error("the option is stated twice"));
    }
    let value = meta.value()?;
    if value.peek(LitStr) {
        return Err(value.error("a type is expected, without quotation marks"));
    }
    *option = Some(value.parse()?);
    Ok(())
}
