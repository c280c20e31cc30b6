//! [`Subject`]: the backend that a case reads, and the backend that fills it.

use std::sync::Arc;

use keyloft::StorageBackend;

use crate::Fixture;
use crate::writing::{Commit, Writing};

/// A backend to read, and a backend to write its data with.
pub(crate) struct Subject {
    pub(crate) reader: Arc<dyn StorageBackend>,
    pub(crate) writer: Arc<dyn StorageBackend>,
}

impl Subject {
    pub(crate) fn of(fixture: &dyn Fixture) -> Self {
        let writer = fixture.open();
        Self { reader: fixture.view(&writer), writer }
    }

    /// Returns a subject of the fixture with these entries in one partition.
    pub(crate) fn holding(fixture: &dyn Fixture, partition: &str, entries: &[(&[u8], &[u8])]) -> Self {
        let subject = Self::of(fixture);
        subject.writer.commit(|tx| {
            for (key, value) in entries {
                tx.set(partition, key, value);
            }
        });
        subject
    }

    /// Returns a subject of the fixture with these keys in one partition, each with its index in decimal as the value.
    pub(crate) fn with_keys(fixture: &dyn Fixture, partition: &str, keys: &[&[u8]]) -> Self {
        let subject = Self::of(fixture);
        subject.writer.commit(|tx| {
            for (place, key) in keys.iter().enumerate() {
                tx.set(partition, key, place.to_string().as_bytes());
            }
        });
        subject
    }

    pub(crate) fn put(&self, partition: &str, key: &[u8], value: &[u8]) {
        self.writer.put_one(partition, key, value);
    }

    pub(crate) fn delete(&self, partition: &str, key: &[u8]) {
        self.writer.commit(|tx| {
            tx.unset(partition, key);
        });
    }
}
