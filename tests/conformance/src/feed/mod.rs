//! What the change feed tells of a backend.

pub(crate) mod change_feed;
pub(crate) mod watching;

use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft::layers::{Feed, Filter, Observed, RawChange, RawEvent, Subscription};

use crate::Fixture;

/// A backend of the fixture, observed.
fn observed(fixture: &dyn Fixture) -> Arc<dyn StorageBackend> {
    Arc::new(Observed::new(fixture.open()))
}

fn subscribe(backend: &Arc<dyn StorageBackend>, filter: Filter) -> Subscription {
    Feed::of(backend).unwrap().subscribe(filter).unwrap()
}

/// What waits, a line each.
fn told(subscription: &Subscription) -> Vec<String> {
    std::iter::from_fn(|| subscription.try_recv()).map(|event| line(&event)).collect()
}

/// `notes/a: 1 -> 2`, with `-` where there is no value.
fn line(event: &RawEvent) -> String {
    match event {
        RawEvent::Lagged { missed } => format!("lagged {missed}"),
        RawEvent::Change(RawChange { partition, key, old, new, .. }) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let value = |value: &Option<Arc<[u8]>>| value.as_deref().map_or("-".to_owned(), text);
            format!("{partition}/{}: {} -> {}", text(key), value(old), value(new))
        }
    }
}
