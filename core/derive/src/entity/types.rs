//! The types inside of options and of collections.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The collections whose items are their first type argument.
const COLLECTIONS: [&str; 9] =
    ["Vec", "VecDeque", "LinkedList", "BinaryHeap", "BTreeSet", "HashSet", "IndexSet", "Option", "Box"];

/// The collections that are not a value of an index.
const LISTS: [&str; 7] = ["Vec", "VecDeque", "LinkedList", "BinaryHeap", "BTreeSet", "HashSet", "IndexSet"];

/// Returns the type without the group that a macro puts around it.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// Returns `T` of `Option<T>`.
pub(super) fn optional(ty: &Type) -> Option<&Type> {
    last_segment(ty).filter(|segment| segment.ident == "Option").and_then(first_argument)
}

/// Returns `true` for a list of values. A vector of bytes is one value.
pub(super) fn is_list(ty: &Type) -> bool {
    let ty = optional(ty).unwrap_or(ty);
    last_segment(ty).is_some_and(|segment| {
        let bytes = || {
            first_argument(segment)
                .is_some_and(|item| last_segment(item).is_some_and(|item| item.ident == "u8"))
        };
        LISTS.iter().any(|name| segment.ident == name) && !bytes()
    })
}

/// Returns the type of the items that an iterator over the type returns.
pub(super) fn item(ty: &Type) -> TokenStream {
    match ungrouped(ty) {
        Type::Array(array) => array.elem.to_token_stream(),
        Type::Slice(slice) => slice.elem.to_token_stream(),
        other => match last_segment(other) {
            Some(segment) if COLLECTIONS.iter().any(|name| segment.ident == name) => {
                match first_argument(segment) {
                    Some(slice @ Type::Slice(_)) => item(slice),
                    Some(argument) if segment.ident != "Box" => argument.to_token_stream(),
                    _ => projected(other),
                }
            }
            _ => projected(other),
        },
    }
}

fn projected(ty: &Type) -> TokenStream {
    quote!(<#ty as ::core::iter::IntoIterator>::Item)
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn first_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
