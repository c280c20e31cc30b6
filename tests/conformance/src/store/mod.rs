//! Cases on the stores over a backend: typed keys, entities and indexes.

pub(crate) mod bulk;
pub(crate) mod changes;
pub(crate) mod codecs;
pub(crate) mod damage;
pub(crate) mod failures;
pub(crate) mod index_queries;
pub(crate) mod index_upkeep;
pub(crate) mod iteration;
pub(crate) mod lookups;
pub(crate) mod optimistic;
pub(crate) mod pages;
pub(crate) mod queries;
pub(crate) mod repair;
pub(crate) mod rules;
mod samples;
pub(crate) mod selects;
pub(crate) mod several_stores;
pub(crate) mod unique;
pub(crate) mod verify;
pub(crate) mod versions;
