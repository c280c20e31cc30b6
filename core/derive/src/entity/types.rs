//! The types inside of options and of collections.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The collections whose items are their first type argument.
const COLLECTIONS: [&str; 9] =
    ["Vec", "VecDeque", "LinkedList", "BinaryHeap", "BTreeSet", "HashSet", "IndexSet", "Option", "Box"];

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
