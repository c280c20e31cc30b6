//! Secondary indexes: they find a table's entities by values other than their keys.
//!
//! The entries of an index are in a separate partition, which the writes of the table keep up to date. An entity has an
//! entry for each of its values in the index.
//!
//! | index | key of an entry | value |
//! | --- | --- | --- |
//! | unique | the indexed value | the entity's key |
//! | other | the indexed value, escaped and terminated, then the entity's key | empty |

mod closure;
mod definition;
mod entries;
mod holders;
mod typed;
mod update;
mod values;

pub use closure::ClosureIndex;
pub use definition::{IndexDefinition, IndexOn};
pub(crate) use entries::{Entries, TableIndex};
pub use typed::{Index, UniqueIndex};
pub(crate) use update::IndexUpdate;
pub(crate) use values::Values;

#[cfg(test)]
mod tests;
