//! [`Case`]: the rule of `rename_all`.

use syn::meta::ParseNestedMeta;
use syn::{Error, Result};

/// The rule of `rename_all`.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Returns the rule that the value of the attribute names.
    pub(super) fn of(meta: &ParseNestedMeta<'_>) -> Result<Option<Self>> {
        let Some(rule) = super::text(meta)? else { return Ok(None) };
        Ok(Some(match rule.value().as_str() {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return Err(Error::new(rule.span(), "serde has no such rule")),
        }))
    }

    /// Returns the name of a field, whose Rust name is in snake case.
    pub(crate) fn of_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => joined(name),
            Self::Camel => first_lower(&joined(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Returns the name of a variant, whose Rust name is in Pascal case.
    pub(crate) fn of_variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first_lower(name),
            Self::Snake => divided(name),
            Self::ScreamingSnake => divided(name).to_ascii_uppercase(),
            Self::Kebab => divided(name).replace('_', "-"),
            Self::ScreamingKebab => divided(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// Returns a name in snake case without its underscores, and with each word's first letter in upper case.
fn joined(name: &str) -> String {
    let mut joined = String::new();
    let mut starts = true;
    for letter in name.chars() {
        if letter == '_' {
            starts = true;
        } else {
            joined.push(if starts { letter.to_ascii_uppercase() } else { letter });
            starts = false;
        }
    }
    joined
}

/// Returns a name in Pascal case with an underscore between its words, in lower case.
fn divided(name: &str) -> String {
    let mut divided = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !divided.is_empty() {
            divided.push('_');
        }
        divided.push(letter.to_ascii_lowercase());
    }
    divided
}

fn first_lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
