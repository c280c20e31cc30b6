//! The entities of the store cases.

use std::sync::Arc;

use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

/// An entity with an index of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) email: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) token: Vec<u8>,
    pub(crate) space: NamespaceId,
    pub(crate) joined: i64,
}

pub(crate) type People = Table<UserId, Person>;

pub(crate) const EMAIL: UniqueIndex<Person, String> =
    UniqueIndex::new("email", |person| person.email.clone());
pub(crate) const CITY: Index<Person, String> = Index::new("city", |person| person.city.clone());
pub(crate) const TOKEN: Index<Person, Vec<u8>> = Index::new("token", |person| Some(person.token.clone()));
pub(crate) const JOINED: Index<Person, (NamespaceId, i64)> =
    Index::new("joined", |person| Some((person.space.clone(), person.joined)));

impl Person {
    pub(crate) fn new(email: &str, city: &str) -> Self {
        Self {
            email: (!email.is_empty()).then(|| email.to_owned()),
            city: (!city.is_empty()).then(|| city.to_owned()),
            token: Vec::new(),
            space: NamespaceId::new("app"),
            joined: 0,
        }
    }

    pub(crate) fn with_token(token: &[u8]) -> Self {
        Self { token: token.to_vec(), ..Self::new("", "") }
    }

    pub(crate) fn joined(space: &str, at: i64) -> Self {
        Self { space: NamespaceId::new(space), joined: at, ..Self::new("", "") }
    }
}

/// Returns the table of people, with all indexes.
pub(crate) fn people(backend: &Arc<dyn StorageBackend>) -> People {
    let schema = Schema::new("people").index(EMAIL).index(CITY).index(TOKEN).index(JOINED);
    Table::with_schema(Arc::clone(backend), schema)
}

/// Returns the table of numbers, under keys of any type.
pub(crate) fn numbers<K: StorageKey>(backend: &Arc<dyn StorageBackend>) -> Table<K, u32> {
    Table::new(Arc::clone(backend), "numbers")
}

/// Returns each key with its index.
pub(crate) fn with_places<K: Clone>(keys: &[K]) -> Vec<(K, u32)> {
    keys.iter().cloned().zip(0..).collect()
}

/// Returns the keys of entries.
pub(crate) fn keys_of<K, V>(entries: impl IntoIterator<Item = (K, V)>) -> Vec<K> {
    entries.into_iter().map(|(key, _)| key).collect()
}

/// Returns a query and its reverse.
pub(crate) fn both_ways<K: StorageKey>(query: impl Into<Query<K>>) -> (Query<K>, Query<K>) {
    let query = query.into();
    (query.clone(), query.reverse())
}
