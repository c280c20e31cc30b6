//! Secondary indexes: they find a table's entities by values other than their keys.
//!
//! The entries of an index are in a separate partition, which the writes of the table keep up to date.
//!
//! | index | key of an entry | value |
//! | --- | --- | --- |
//! | unique | the indexed value | the entity's key |
//! | other | the indexed value, escaped and terminated, then the entity's key | empty |

mod definition;
mod entries;
mod typed;
mod update;

pub use definition::{IndexDefinition, IndexOn};
pub(crate) use entries::{Entries, TableIndex};
pub use typed::{Index, UniqueIndex};
pub(crate) use update::{ChangedEntity, IndexUpdate, check_value};

#[cfg(test)]
mod tests;
