//! The stream of an export.

use std::sync::Arc;

use keyloft::Partition;
use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::transfer::{self, Sink};

use super::stream::Content;
use super::{export, fill, filled, import};
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, Writing};

pub(crate) fn of_nothing_are_a_header_and_an_end(fixture: &dyn Fixture) {
    let backend = fixture.open();
    assert_eq!(export(&backend), [b"\x89KLOFT\r\n\x02\0\0\0".as_slice(), &[0; 28]].concat());
    assert_eq!(transfer::digest(&backend).unwrap().to_string(), "99aa06d3014798d86001c324468d497f");
}

pub(crate) fn are_these_bytes(fixture: &dyn Fixture) {
    let backend = fixture.open();
    backend.commit(|tx| {
        tx.set("b", b"key", b"value");
        tx.set("a", b"", b"");
    });
    let mut stream = Vec::new();
    let summary = transfer::export(&backend, &mut stream).unwrap();
    let written = concat!(
        "894b4c4f46540d0a02000000",
        "1e000000",
        "01010061",
        "02000000000000",
        "01010062",
        "020300050000006b657976616c7565",
        "4410e8f1634355f5940cb04fab4f4894",
        "00000000",
        "02000000000000000200000000000000",
        "0800000000000000",
    );
    assert_eq!(hex(&stream), written);
    assert_eq!((summary.partitions, summary.entries, summary.bytes), (2, 2, 8));
    assert_eq!(summary.digest.to_string(), "94484fab4fb00c94f5554363f1e81044");
}

pub(crate) fn have_the_documented_format(fixture: &dyn Fixture) {
    let backend = fixture.open();
    let value = |key: u16| vec![key.to_le_bytes()[0]; usize::from(key) * 7 % 3000];
    let long = vec![7; 200_000];
    backend.commit(|tx| {
        for key in 0..300_u16 {
            tx.set("many", &key.to_be_bytes(), &value(key));
        }
        tx.set("one", b"long", &long);
    });
    let mut content = Content::default().partition(b"many");
    for key in 0..300_u16 {
        content = content.entry(&key.to_be_bytes(), &value(key));
    }
    let stream = content.partition(b"one").entry(b"long", &long).stream();
    assert!(export(&backend) == stream);
}

pub(crate) fn are_the_same_however_it_came_about(fixture: &dyn Fixture) {
    let (one, other) = (filled(fixture), fixture.open());
    other.commit(|tx| {
        tx.set("users", b"carol", b"leaves again");
        tx.set("gone", b"k", b"v");
        tx.set("empty values", b"k", b"not yet empty");
    });
    other.commit(|tx| {
        tx.unset("users", b"carol");
        tx.unset("gone", b"k");
    });
    fill(&other);
    assert_eq!(export(&one), export(&other));
    assert_eq!(transfer::digest(&one).unwrap(), transfer::digest(&other).unwrap());
}

pub(crate) fn differ_where_the_content_does(fixture: &dyn Fixture) {
    let contents = [
        vec![],
        vec![("a", "", "")],
        vec![("b", "", "")],
        vec![("a", "kv", "")],
        vec![("a", "k", "v")],
        vec![("a", "", "kv")],
        vec![("ak", "v", "")],
        vec![("a", "k", "v"), ("a", "kv", "")],
        vec![("a", "k", "v"), ("b", "kv", "")],
    ];
    let count = contents.len();
    let mut digests = Vec::new();
    for entries in contents {
        let backend = fixture.open();
        backend.commit(|tx| {
            for (partition, key, value) in &entries {
                tx.set(partition, key.as_bytes(), value.as_bytes());
            }
        });
        let mut stream = Vec::new();
        let digest = transfer::export(&backend, &mut stream).unwrap().digest;
        assert_eq!(transfer::digest(&backend).unwrap(), digest, "{entries:?}");
        digests.push(digest.to_string());
    }
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

pub(crate) fn are_of_one_snapshot(fixture: &dyn Fixture) {
    /// A sink that writes to the backend while it takes the stream.
    struct Meddling {
        backend: Arc<dyn StorageBackend>,
        stream: Vec<u8>,
    }

    impl Sink for Meddling {
        fn write(&mut self, bytes: &[u8]) -> Result<()> {
            self.backend.commit(|tx| {
                tx.set("many", b"\xff", b"new");
                tx.unset("many", &299_u16.to_be_bytes());
                tx.set("zoo", b"new", b"new");
            });
            self.stream.extend_from_slice(bytes);
            Ok(())
        }
    }

    let backend = fixture.open();
    backend.commit(|tx| {
        for key in 0..300_u16 {
            tx.set("many", &key.to_be_bytes(), &[1; 1000]);
        }
        tx.set("small", b"1", b"1");
    });
    let before = export(&backend);
    let mut sink = Meddling { backend: backend.clone(), stream: Vec::new() };
    transfer::export(&backend, &mut sink).unwrap();
    assert!(sink.stream == before);
    assert!(export(&backend) != before, "the sink has written");
}

pub(crate) fn end_with_a_flush(fixture: &dyn Fixture) {
    /// A sink that passes its bytes on when it is flushed.
    #[derive(Default)]
    struct Held {
        back: Vec<u8>,
        passed: Vec<u8>,
    }

    impl Sink for Held {
        fn write(&mut self, bytes: &[u8]) -> Result<()> {
            self.back.extend_from_slice(bytes);
            Ok(())
        }

        fn flush(&mut self) -> Result<()> {
            self.passed.append(&mut self.back);
            Ok(())
        }
    }

    let backend = filled(fixture);
    let mut sink = Held::default();
    transfer::export(&backend, &mut sink).unwrap();
    assert_eq!(sink.passed, export(&backend));
}

pub(crate) fn end_when_the_sink_fails(fixture: &dyn Fixture) {
    /// A sink that fails after a number of calls.
    struct Failing {
        left: usize,
    }

    impl Failing {
        fn call(&mut self) -> Result<()> {
            self.left = self.left.checked_sub(1).ok_or(ErrorKind::Aborted)?;
            Ok(())
        }
    }

    impl Sink for Failing {
        fn write(&mut self, _: &[u8]) -> Result<()> {
            self.call()
        }

        fn flush(&mut self) -> Result<()> {
            self.call()
        }
    }

    let backend = filled(fixture);
    backend.commit(|tx| tx.set("long", b"k", &vec![1; 150_000]));
    let mut calls = 0;
    while let Err(error) = transfer::export(&backend, &mut Failing { left: calls }) {
        assert_eq!(error.code(), "Aborted", "at call {calls}");
        calls += 1;
    }
    assert!(calls > 10, "only {calls} calls");
}

pub(crate) fn of_a_scope_hold_what_is_in_it(fixture: &dyn Fixture) {
    let backend = filled(fixture);
    let (from, to) = (Scoped::new(backend.clone(), "from"), Scoped::new(backend.clone(), "to"));
    let around = backend.dump();
    from.commit(|tx| {
        tx.set("jobs", b"1", b"one");
        tx.put(&Partition::from_stored("#state:jobs"), b"one\0\x001", b"").unwrap();
    });
    let stream = export(&from);
    assert_eq!(import(&to, &stream).unwrap().partitions, 2);
    assert_eq!(to.dump(), from.dump());
    assert_eq!(transfer::import_replacing(&from, || Ok(stream.as_slice())).unwrap().entries, 2);

    for scope in [&from, &to] {
        let empty = export(&fixture.open());
        transfer::import_replacing(scope, || Ok(empty.as_slice())).unwrap();
    }
    assert_eq!(backend.dump(), around, "nothing outside the scopes was touched");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
