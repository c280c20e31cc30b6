//! [`Members`]: the fields of an entity, and the roles that their attributes give them.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Error, Meta, Result, Type};

use super::index::Declared;
use crate::serde::{self, Case};
use crate::shape::{Functions, Stored};

const SKIPPED: &str = "serde skips the field, so a stored entity has lost its value: remove `skip`";

/// The fields of an entity. An enum has none here.
pub(super) struct Members<'a> {
    pub(super) all: Vec<Field<'a>>,
}

/// A field of an entity, with its roles.
pub(super) struct Field<'a> {
    /// The name in Rust, or the position.
    pub(super) member: syn::Member,
    pub(super) ty: &'a Type,
    /// The name that serde writes, or the position.
    pub(super) stored_name: String,
    pub(super) is_skipped: bool,
    /// The position of a function that encodes the field.
    pub(super) function: Option<Span>,
    /// The position of `#[key]`.
    pub(super) key: Option<Span>,
    /// The position of `#[expires]`.
    pub(super) expires: Option<Span>,
    pub(super) indexes: Vec<Declared>,
}

impl<'a> Members<'a> {
    pub(super) fn of(input: &'a DeriveInput, functions: Functions) -> Result<Self> {
        let rule = serde::Container::of(input)?.rename_all;
        match &input.data {
            Data::Struct(data) => {
                let stored = Stored::all(&data.fields, functions)?;
                let members = data.fields.members().zip(&stored);
                let all =
                    members.map(|(member, stored)| Field::of(member, stored, rule)).collect::<Result<_>>()?;
                Ok(Self { all })
            }
            Data::Enum(data) => {
                for field in data.variants.iter().flat_map(|variant| &variant.fields) {
                    without_role(field)?;
                }
                Ok(Self { all: Vec::new() })
            }
            Data::Union(_) => Ok(Self { all: Vec::new() }),
        }
    }

    /// Returns the field with this name or this position.
    pub(super) fn named(&self, name: &syn::Member) -> Result<&Field<'a>> {
        match self.all.iter().find(|field| field.member == *name) {
            None => Err(Error::new(name.span(), "the entity has no such field")),
            Some(field) if field.is_skipped => Err(Error::new(name.span(), SKIPPED)),
            Some(field) => Ok(field),
        }
    }

    /// Returns the position of the first attribute that gives a field a role in a table.
    pub(super) fn first_role(&self) -> Option<Span> {
        self.all.iter().find_map(|member| {
            let index = member.indexes.first().map(|index| index.span);
            member.key.or(member.expires).or(index)
        })
    }
}

impl<'a> Field<'a> {
    fn of(member: syn::Member, stored: &Stored<'a>, rule: Option<Case>) -> Result<Self> {
        let field = stored.field;
        let position = match &member {
            syn::Member::Named(_) => None,
            syn::Member::Unnamed(index) => Some(index.index.to_string()),
        };
        let mut read = Self {
            stored_name: stored.name(rule).or(position).unwrap_or_default(),
            ty: &field.ty,
            is_skipped: stored.serde.is_skipped,
            function: stored.serde.function,
            key: None,
            expires: None,
            indexes: Vec::new(),
            member,
        };
        for attribute in &field.attrs {
            read.add(attribute)?;
        }
        match read.key.or(read.expires).or(read.indexes.first().map(|index| index.span)) {
            Some(span) if read.is_skipped => Err(Error::new(span, SKIPPED)),
            _ => Ok(read),
        }
    }

    fn add(&mut self, attribute: &Attribute) -> Result<()> {
        if !is_role(attribute) {
            return Ok(());
        }
        let span = attribute.path().span();
        if attribute.path().is_ident("key") {
            bare(attribute)?;
            self.key = Some(span);
        } else if attribute.path().is_ident("expires") {
            bare(attribute)?;
            self.expires = Some(span);
        } else {
            self.indexes.push(Declared::of_field(attribute, &self.member)?);
        }
        Ok(())
    }
}

fn is_role(attribute: &Attribute) -> bool {
    ["key", "expires", "index", "unique"].iter().any(|role| attribute.path().is_ident(role))
}

/// Refuses options of an attribute that has none.
fn bare(attribute: &Attribute) -> Result<()> {
    match &attribute.meta {
        Meta::Path(_) => Ok(()),
        other => Err(Error::new(other.span(), "the attribute has no options")),
    }
}

/// Refuses an attribute on a field of a variant.
fn without_role(field: &syn::Field) -> Result<()> {
    match field.attrs.iter().find(|attribute| is_role(attribute)) {
        None => Ok(()),
        Some(attribute) => Err(Error::new(
            attribute.span(),
            "only some entities of an enum have the field: set `#[table(key = Type)]`, or \
             `#[table(index(name = \"…\", by = function, value = Type))]`",
        )),
    }
}
