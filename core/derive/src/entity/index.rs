//! [`Declared`]: an index that an attribute declares, and its constant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, DeriveInput, Error, LitInt, LitStr, Member, Meta, Path, Result, Token, Type, Visibility,
    parenthesized,
};

use super::members::Field;
use super::{Members, Options, types};

/// An index that an attribute declares.
pub(super) struct Declared {
    /// The position of the attribute.
    pub(super) span: Span,
    name: Option<LitStr>,
    is_unique: bool,
    is_each: bool,
    revision: Option<LitInt>,
    /// The indexed fields. An index by a function has none.
    fields: Vec<Member>,
    by: Option<Path>,
    value: Option<Type>,
}

/// The constant of an index.
pub(super) struct IndexCode {
    /// The name of the constant.
    name: Ident,
    /// The index's name.
    index: String,
    constant: TokenStream,
}

impl Declared {
    /// Reads `#[index]` or `#[unique]` of a field.
    pub(super) fn of_field(attribute: &Attribute, field: &Member) -> Result<Self> {
        let mut declared = Self::new(attribute.path().span());
        declared.is_unique = attribute.path().is_ident("unique");
        declared.fields.push(field.clone());
        if !matches!(attribute.meta, Meta::Path(_)) {
            attribute.parse_nested_meta(|meta| {
                if declared.read(&meta)? {
                    return Ok(());
                }
                Err(meta.error("unknown option: the options are `each`, `name` and `revision`"))
            })?;
        }
        Ok(declared)
    }

    /// Reads `index(…)` of `#[table(…)]`.
    pub(super) fn of_table(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut declared = Self::new(meta.path.span());
        meta.parse_nested_meta(|meta| {
            if meta.path.is_ident("unique") {
                declared.is_unique = true;
            } else if meta.path.is_ident("by") {
                declared.by = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("value") {
                declared.value = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("on") {
                let fields;
                let input = meta.value()?;
                parenthesized!(fields in input);
                let fields = Punctuated::<Member, Token![,]>::parse_terminated(&fields)?;
                declared.fields = fields.into_iter().collect();
            } else if !declared.read(&meta)? {
                return Err(meta.error(
                    "unknown option: the options are `name`, `on`, `by`, `value`, `unique`, `each` and `revision`",
                ));
            }
            Ok(())
        })?;
        declared.check_source()?;
        Ok(declared)
    }

    fn new(span: Span) -> Self {
        Self {
            span,
            name: None,
            is_unique: false,
            is_each: false,
            revision: None,
            fields: Vec::new(),
            by: None,
            value: None,
        }
    }

    /// Reads an option that every index has. Returns `false` for another one.
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        if meta.path.is_ident("each") {
            self.is_each = true;
        } else if meta.path.is_ident("name") {
            self.name = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("revision") {
            self.revision = Some(meta.value()?.parse()?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Refuses an index of a table that is neither on fields nor by a function.
    fn check_source(&self) -> Result<()> {
        let reason = match (self.fields.as_slice(), &self.by, &self.value) {
            _ if self.name.is_none() => "the index must have a name: `name = \"…\"`",
            ([], Some(_), Some(_)) | ([_], None, None) => return Ok(()),
            ([_, _, ..], None, None) if !self.is_each => return Ok(()),
            ([_, _, ..], None, None) => {
                "an index on several fields has one entry for each entity: remove `each`"
            }
            ([], Some(_), None) => "the values of a function need their type: `value = Type`",
            _ => "the index is on fields, `on = (field, …)`, or by a function, `by = function, value = Type`",
        };
        Err(Error::new(self.span, reason))
    }

    /// Refuses a list as an indexed value.
    fn check_lists(&self, fields: &[&Field<'_>]) -> Result<()> {
        match fields.iter().find(|field| types::is_list(field.ty)) {
            Some(list) if !self.is_each => Err(Error::new(
                list.ty.span(),
                "a list is not an indexed value: set `each` for an entry for each element, or index a function of the \
                 list, `index(name = \"…\", by = function, value = Type)`",
            )),
            _ => Ok(()),
        }
    }

    /// Returns the index's name, and the place where it is written.
    fn name(&self) -> Result<(String, Span)> {
        let (name, span) = match (&self.name, self.fields.as_slice()) {
            (Some(name), _) => (name.value(), name.span()),
            (None, [Member::Named(field)]) => (field.unraw().to_string(), field.span()),
            _ => {
                let reason = "the field has no name for the index: set one, `name = \"…\"`";
                return Err(Error::new(self.span, reason));
            }
        };
        let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if starts_well && name.chars().all(is_name) {
            return Ok((name, span));
        }
        Err(Error::new(
            span,
            "an index's name is lower-case letters, digits and underscores, and begins with a letter: set one, \
             `name = \"…\"`",
        ))
    }

    fn code(&self, keyloft: &Path, visibility: &Visibility, members: &Members<'_>) -> Result<IndexCode> {
        let (index, span) = self.name()?;
        let fields = self.fields.iter().map(|field| members.named(field)).collect::<Result<Vec<_>>>()?;
        // An error in the types is shown at the place of the index.
        let place = match (&self.value, fields.as_slice()) {
            (Some(value), _) => value.span(),
            (None, [only]) => only.ty.span(),
            _ => span,
        };
        let kind = if self.is_unique { quote!(UniqueIndex) } else { quote!(Index) };
        let Values { ty, function } = if let (Some(by), Some(value)) = (&self.by, &self.value) {
            by_function(keyloft, by, value, self.is_each, place)
        } else {
            self.check_lists(&fields)?;
            on_fields(&fields, self.is_each, place)
        };
        let constructor = if self.is_each { quote!(each) } else { quote!(new) };
        let on = (!fields.is_empty()).then(|| {
            let names = fields.iter().map(|field| &field.stored_name);
            quote!(.on(&[#(#names),*]))
        });
        let revision = self.revision.as_ref().map(|revision| quote!(.revision(#revision)));
        let doc = format!("The index `{index}`.");
        let name = format_ident!("{}", index.to_ascii_uppercase(), span = span);
        let constant = quote_spanned! {place=>
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility const #name: #keyloft::#kind<Self, #ty> =
                #keyloft::#kind::<Self, #ty>::#constructor(#index, #function) #on #revision;
        };
        Ok(IndexCode { name, index, constant })
    }
}

/// The type of an index's values, and the function that returns them.
struct Values {
    ty: TokenStream,
    function: TokenStream,
}

fn by_function(keyloft: &Path, by: &Path, value: &Type, is_each: bool, place: Span) -> Values {
    let function = if is_each {
        quote_spanned! {place=>
            |__entity: &Self, __add: &mut dyn ::core::ops::FnMut(#value)| {
                ::core::iter::IntoIterator::into_iter(#by(__entity))
                    .for_each(|__value| __add(::core::convert::Into::into(__value)));
            }
        }
    } else {
        // The function may return a value or an option.
        quote_spanned! {place=>
            |__entity: &Self| {
                #keyloft::entity::Indexed::<#value>::indexed(#by(__entity))
            }
        }
    };
    Values { ty: quote!(#value), function }
}

fn on_fields(fields: &[&Field<'_>], is_each: bool, place: Span) -> Values {
    match fields {
        [only] if is_each => {
            let (field, item) = (&only.member, types::item(only.ty));
            let function = quote_spanned! {place=>
                |__entity: &Self, __add: &mut dyn ::core::ops::FnMut(#item)| {
                    ::core::iter::IntoIterator::into_iter(&__entity.#field)
                        .for_each(|__value| __add(::core::clone::Clone::clone(__value)));
                }
            };
            Values { ty: item, function }
        }
        [only] => {
            let field = &only.member;
            let clone = quote!(::core::clone::Clone::clone(&__entity.#field));
            if let Some(ty) = types::optional(only.ty) {
                return Values { ty: quote!(#ty), function: quote!(|__entity: &Self| #clone) };
            }
            let ty = only.ty;
            let function = quote!(|__entity: &Self| ::core::option::Option::Some(#clone));
            Values { ty: quote!(#ty), function }
        }
        several => {
            let types = several.iter().map(|field| types::optional(field.ty).unwrap_or(field.ty));
            let clones = several.iter().map(|Field { member, ty, .. }| {
                let clone = quote!(::core::clone::Clone::clone(&__entity.#member));
                if types::optional(ty).is_some() { quote!(#clone?) } else { clone }
            });
            Values {
                ty: quote!((#(#types),*)),
                function: quote!(|__entity: &Self| ::core::option::Option::Some((#(#clones),*))),
            }
        }
    }
}

/// Returns the code of all indexes: those of fields, then those of the table.
pub(super) fn all(
    options: &Options,
    input: &DeriveInput,
    members: &Members<'_>,
    expires: bool,
) -> Result<Vec<IndexCode>> {
    let declared = members.all.iter().flat_map(|member| &member.indexes).chain(&options.indexes);
    let mut indexes: Vec<IndexCode> = Vec::new();
    for declared in declared {
        let index = declared.code(&options.keyloft, &input.vis, members)?;
        if indexes.iter().any(|other| other.index == index.index) {
            return Err(Error::new(
                declared.span,
                "another index has the same name: set one, `name = \"…\"`",
            ));
        }
        if expires && index.index == "expires" {
            return Err(Error::new(
                declared.span,
                "the index `expires` is that of the field `#[expires]`: set another name, `name = \"…\"`",
            ));
        }
        indexes.push(index);
    }
    Ok(indexes)
}

/// Returns the calls that add the indexes to a schema.
pub(super) fn added(indexes: &[IndexCode]) -> TokenStream {
    indexes.iter().map(|IndexCode { name, .. }| quote_spanned!(name.span()=> .index(Self::#name))).collect()
}

/// Returns the constants of the entity's indexes.
pub(super) fn constants(entity: &Ident, indexes: &[IndexCode]) -> Option<TokenStream> {
    let constants = indexes.iter().map(|index| &index.constant);
    (!indexes.is_empty()).then(|| {
        quote! {
            #[automatically_derived]
            impl #entity {
                #(#constants)*
            }
        }
    })
}
