//! [`Subject`]: the backend of a read case, with what fills it.

use std::sync::Arc;

use keyloft::StorageBackend;

use crate::Fixture;
use crate::writing::{Commit, Writing};

/// A backend to read, and the way to write what it is to show.
pub(crate) struct Subject {
    pub(crate) reader: Arc<dyn StorageBackend>,
    pub(crate) writer: Arc<dyn StorageBackend>,
}

impl Subject {
    pub(crate) fn of(fixture: &dyn Fixture) -> Self {
        let writer = fixture.open();
        Self { reader: fixture.view(&writer), writer }
    }

    /// Of a fixture, holding these entries in one partition.
    pub(crate) fn holding(fixture: &dyn Fixture, partition: &str, entries: &[(&[u8], &[u8])]) -> Self {
        let subject = Self::of(fixture);
        subject.writer.commit(|tx| {
            for (key, value) in entries {
                tx.set(partition, key, value);
            }
        });
        subject
    }

    /// Of a fixture, holding these keys in one partition, each with its place in decimal as the value.
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
