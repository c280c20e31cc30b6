//! Secondary indexes: they find a table's entities by values other than their keys.
//!
//! The entries of an index are in a separate partition.
//!
//! | index | key of an entry | value |
//! | --- | --- | --- |
//! | unique | the indexed value | the entity's key |
//! | other | the indexed value, escaped and terminated, then the entity's key | empty |

mod definition;
mod entries;
mod typed;
mod upkeep;

pub use definition::{IndexDefinition, IndexOn};
pub(crate) use entries::{BoundIndex, Entries};
pub use typed::{Index, UniqueIndex};
pub(crate) use upkeep::{Upkeep, UpkeepOf, admit};

#[cfg(test)]
mod tests;
