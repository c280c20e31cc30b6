//! [`Behind`]: the read cases of the suite through a layer that refuses writes.

use std::sync::Arc;

use keyloft::layers::ReadOnly;
use keyloft::{ErrorKind, Partition, StorageBackend};
use keyloft_conformance::Fixture;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use crate::every_target;

/// A fixture whose backends are read through [`ReadOnly`].
pub(crate) struct Behind<F>(pub(crate) F);

impl<F: Fixture> Fixture for Behind<F> {
    fn open(&self) -> Arc<dyn StorageBackend> {
        self.0.open()
    }

    fn view(&self, backend: &Arc<dyn StorageBackend>) -> Arc<dyn StorageBackend> {
        Arc::new(ReadOnly::new(Arc::clone(backend)))
    }
}

#[every_target]
fn refuses_to_write() {
    refuses(&Behind(MemoryBackend::new));
    refuses(&Behind(|| RedbBackend::in_memory().unwrap()));
}

fn refuses(fixture: &impl Fixture) {
    let backend = fixture.open();
    let view = fixture.view(&backend);
    let mut ran = false;
    let refused = view.transact(&mut |tx| {
        ran = true;
        tx.put(&Partition::from("notes"), b"a", b"")
    });
    assert!(
        matches!(&refused, Err(error) if matches!(error.kind(), ErrorKind::ReadOnly)) && !ran,
        "{refused:?}"
    );
    assert!(backend.partitions().unwrap().is_empty());
    // The inner backend still writes the same data.
    backend.transact(&mut |tx| tx.put(&Partition::from("notes"), b"a", b"")).unwrap();
    assert!(view.contains(&Partition::from("notes"), b"a").unwrap());
}
