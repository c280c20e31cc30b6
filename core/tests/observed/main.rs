//! The change feed: the events of subscribers, their order, and that no change is lost without notice.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bytes;
mod callbacks;
mod commits;
mod ends;
mod engine;
mod feeds;
mod followed;
mod layers;
mod lists;
mod order;
mod overflow;
mod stopping;
mod threads;
mod watch;

use std::sync::Arc;

use keyloft::layers::{Filter, Observed, RawChange, RawEvent, Subscription};
use keyloft::{Partition, StorageBackend, Transaction};
use keyloft_memory::MemoryBackend;

type Db = Observed<MemoryBackend>;

fn observed() -> Arc<Db> {
    Arc::new(Observed::new(MemoryBackend::new()))
}

fn subscribe<B: StorageBackend + 'static>(db: &Observed<B>, filter: Filter) -> Subscription {
    db.feed().subscribe(filter).unwrap()
}

fn commit(backend: &(impl StorageBackend + ?Sized), mut body: impl FnMut(&mut dyn Transaction)) {
    let committed = backend.transact(&mut |tx| {
        body(tx);
        Ok(())
    });
    committed.unwrap();
}

fn put(backend: &(impl StorageBackend + ?Sized), partition: &str, key: &str, value: &str) {
    commit(backend, |tx| set(tx, partition, key, value));
}

fn set(tx: &mut dyn Transaction, partition: &str, key: &str, value: &str) {
    tx.put(&partition.into(), key.as_bytes(), value.as_bytes()).unwrap();
}

fn unset(tx: &mut dyn Transaction, partition: &str, key: &str) -> bool {
    tx.delete(&partition.into(), key.as_bytes()).unwrap()
}

/// Takes the waiting events and formats each as a line: `notes/a: 1 -> 2`, with `-` for an absent value.
fn lines(subscription: &Subscription) -> Vec<String> {
    std::iter::from_fn(|| subscription.try_recv()).map(|event| line(&event)).collect()
}

fn line(event: &RawEvent) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    match event {
        RawEvent::Lagged { missed } => format!("lagged {missed}"),
        RawEvent::Change(RawChange { partition, key, old, new, .. }) => {
            let value = |value: &Option<Arc<[u8]>>| value.as_deref().map_or("-".to_owned(), text);
            format!("{partition}/{}: {} -> {}", text(key), value(old), value(new))
        }
        other => panic!("{other:?}"),
    }
}

fn change(event: Option<RawEvent>) -> RawChange {
    match event {
        Some(RawEvent::Change(change)) => change,
        other => panic!("expected a change, there is {other:?}"),
    }
}

fn notes() -> Partition {
    Partition::from("notes")
}
