//! The change feed of a backend.

pub(crate) mod change_feed;
mod list;
pub(crate) mod list_model;
pub(crate) mod lists;
pub(crate) mod watching;

use std::sync::Arc;

use keyloft::layers::{Filter, RawChange, RawEvent, Subscription};

use crate::Fixture;
use crate::fixture::Fed;

/// A backend of the fixture with a feed.
pub(crate) type Db = Arc<Fed>;

fn observed(fixture: &dyn Fixture) -> Db {
    Arc::new(fixture.fed())
}

fn subscribe(db: &Db, filter: Filter) -> Subscription {
    db.feed().subscribe(filter).unwrap()
}

/// Takes the waiting events and formats each as a line.
fn received(subscription: &Subscription) -> Vec<String> {
    std::iter::from_fn(|| subscription.try_recv()).map(|event| line(&event)).collect()
}

/// Formats an event: `notes/a: 1 -> 2`, with `-` for an absent value.
fn line(event: &RawEvent) -> String {
    match event {
        RawEvent::Lagged { missed } => format!("lagged {missed}"),
        RawEvent::Change(RawChange { partition, key, old, new, .. }) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let value = |value: &Option<Arc<[u8]>>| value.as_deref().map_or("-".to_owned(), text);
            format!("{partition}/{}: {} -> {}", text(key), value(old), value(new))
        }
        other => panic!("{other:?}"),
    }
}
