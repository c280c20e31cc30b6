//! The spans and events of the layer that measures.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keyloft::layers::Instrumented;
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A subscriber that writes what it is told into a list.
#[derive(Clone, Default)]
struct List(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // The times are not the same in each run.
        if !field.name().ends_with("us") {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl List {
    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl Subscriber for List {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "keyloft"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(format!("{} {}", span.metadata().level(), span.metadata().name()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        if !fields.0.is_empty() {
            self.add(fields.0);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        self.add(fields.0);
    }

    fn enter(&self, _: &Id) {
        self.add("enter".into());
    }

    fn exit(&self, _: &Id) {
        self.add("exit".into());
    }
}

#[test]
fn transactions_and_long_scans_are_reported() {
    let list = List::default();
    tracing::subscriber::with_default(list.clone(), || {
        let backend = Instrumented::new(MemoryBackend::new(), || Duration::ZERO).long_scan(3);
        let partition = "p".into();
        backend.transaction(|tx| (0..3_u8).try_for_each(|key| tx.put(&partition, &[key], b"v"))).unwrap();
        let refused = backend.transaction(|_| Err::<(), _>(ErrorKind::ReadOnly.into()));
        assert!(refused.is_err());
        for limit in [2, 3] {
            let mut left = limit;
            keyloft::Read::scan(
                &backend,
                &partition,
                keyloft::backend::KeyRange::ALL,
                keyloft::backend::Direction::Forward,
                &mut |_, _| {
                    left -= 1;
                    if left > 0 {
                        std::ops::ControlFlow::Continue(())
                    } else {
                        std::ops::ControlFlow::Break(())
                    }
                },
            )
            .unwrap();
        }
    });
    let committed = ["DEBUG transaction", "enter", "exit", " runs=1", " entries=3", " bytes=6"];
    let refused =
        ["DEBUG transaction", "enter", "exit", " runs=1", " entries=0", " bytes=0", " error=\"ReadOnly\""];
    let scan = ["WARN message=long scan partition=\"p\" rows=3"];
    let told = list.0.lock().unwrap();
    assert_eq!(*told, [&committed[..], &refused, &scan].concat());
}
