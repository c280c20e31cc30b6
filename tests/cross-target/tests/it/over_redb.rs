//! redb in memory, as a fixture with every capability.

use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_redb::RedbBackend;

use crate::media::Medium;

pub(crate) struct Redb;

impl Fixture for Redb {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(RedbBackend::in_memory().unwrap())
    }

    fn place(&self) -> Option<Place> {
        let medium = Medium::default();
        Some(Box::new(move || Arc::new(RedbBackend::with_storage(medium.clone()).unwrap())))
    }

    fn faulty(&self) -> Option<Faulty> {
        let medium = Medium::default();
        // Without a cache every read reaches the medium.
        let backend = RedbBackend::options().cache_bytes(0).with_storage(medium.clone()).unwrap();
        Some(Faulty { backend: Arc::new(backend), fail: Box::new(move |fails| medium.fail(fails)) })
    }
}
