//! Secondary indexes: what a table's entities are found by, besides their keys.
//!
//! An index keeps its entries in a partition of its own.
//!
//! | index | key of an entry | value |
//! | --- | --- | --- |
//! | unique | the indexed value | the entity's key |
//! | other | the indexed value, escaped and ended, then the entity's key | nothing |

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
