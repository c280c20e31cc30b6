//! Tables with a codec in place of postcard.

use std::sync::Arc;

use keyloft::error::{DecodeReason, EncodeReason, Place};
use keyloft::prelude::*;
use keyloft::store::Codec;

use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, sealed};

/// A text of one line, of a type that serde does not know.
#[derive(Clone, Debug, PartialEq)]
struct Line(String);

/// The codec of a line as its text, of at most `max` bytes.
struct Utf8 {
    max: usize,
}

impl Codec<Line> for Utf8 {
    fn encode(&self, line: &Line, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        if line.0.len() > self.max {
            return Err(EncodeReason::other(format!("it is longer than {} bytes", self.max)));
        }
        out.extend_from_slice(line.0.as_bytes());
        Ok(())
    }

    fn decode(&self, payload: &[u8]) -> Result<Line, DecodeReason> {
        match std::str::from_utf8(payload) {
            Ok(text) => Ok(Line(text.to_owned())),
            Err(_) => Err(DecodeReason::other("it is not UTF-8")),
        }
    }
}

const TEXT: UniqueIndex<Line, String> = UniqueIndex::new("text", |line| Some(line.0.clone()));

pub(crate) fn decide_the_bytes_in_the_envelope(fixture: &dyn Fixture) {
    let db = fixture.open();
    let lines = lines(&db, Schema::with_codec("lines", Utf8 { max: 9 }));
    lines.put_many(&[("1".into(), line("milk")), ("2".into(), line(""))]).unwrap();
    assert_eq!(db.value("lines", b"1").as_deref(), Some(&*sealed("lines", b"1", 1, b"milk")));
    assert_eq!(db.value("lines", b"2").as_deref(), Some(&*sealed("lines", b"2", 1, b"")));
    assert_eq!(lines.scan_all().unwrap(), [("1".into(), line("milk")), ("2".into(), line(""))]);
    assert_eq!(lines.find(&TEXT, "milk").unwrap(), Some(("1".into(), line("milk"))));
    let changed = lines.update(&"1".into(), |line| {
        line.0.push('!');
        Ok(())
    });
    assert_eq!(changed.unwrap(), line("milk!"));
    assert_eq!(lines.verify().unwrap(), []);
}

pub(crate) fn refuse_an_entity_with_their_reason(fixture: &dyn Fixture) {
    let db = fixture.open();
    let lines = lines(&db, Schema::with_codec("lines", Utf8 { max: 4 }));
    lines.put(&"1".into(), &line("milk")).unwrap();
    let before = db.dump();
    let refused = [
        lines.put(&"2".into(), &line("bread")).unwrap_err(),
        lines.put_many(&[("1".into(), line("tea")), ("2".into(), line("bread"))]).unwrap_err(),
        lines.load([("2".into(), line("bread"))]).unwrap_err(),
    ];
    for error in refused {
        let ErrorKind::Encode { place, reason } = error.kind() else { panic!("{error}") };
        assert_eq!(*place, Place::entity(&"lines".into(), "2"));
        assert_eq!(reason.to_string(), "it is longer than 4 bytes");
    }
    assert_eq!(db.dump(), before);
}

pub(crate) fn refuse_stored_bytes_with_their_reason(fixture: &dyn Fixture) {
    let db = fixture.open();
    let lines = lines(&db, Schema::with_codec("lines", Utf8 { max: 9 }));
    lines.put(&"1".into(), &line("milk")).unwrap();
    db.put_one("lines", b"2", &sealed("lines", b"2", 1, b"\xff"));
    let refused = [lines.get(&"2".into()).unwrap_err(), lines.scan_all().unwrap_err()];
    for error in refused {
        let ErrorKind::Decode { place, reason } = error.kind() else { panic!("{error}") };
        assert_eq!(*place, Place::entity(&"lines".into(), "2"));
        assert_eq!(reason.to_string(), "it is not UTF-8");
    }
    assert_eq!(lines.get(&"1".into()).unwrap(), Some(line("milk")));
}

pub(crate) fn upgrade_older_versions(fixture: &dyn Fixture) {
    let db = fixture.open();
    let old = Table::<UserId, String>::new(db.clone(), "lines");
    old.put(&"1".into(), &"milk".to_owned()).unwrap();
    let upgrade = |from, payload: &[u8]| {
        let text: &str = keyloft::value::decode_payload(payload)?;
        Ok(Line(format!("{text} of version {from}")))
    };
    let schema = Schema::with_codec("lines", Utf8 { max: 30 }).version(2, upgrade);
    let lines = lines(&db, schema);
    lines.migrate().unwrap();
    assert_eq!(lines.get(&"1".into()).unwrap(), Some(line("milk of version 1")));
    lines.update(&"1".into(), |_| Ok(())).unwrap();
    assert_eq!(db.value("lines", b"1").as_deref(), Some(&*sealed("lines", b"1", 2, b"milk of version 1")));
}

fn line(text: &str) -> Line {
    Line(text.to_owned())
}

fn lines(db: &Arc<dyn StorageBackend>, schema: Schema<UserId, Line>) -> Table<UserId, Line> {
    Table::with_schema(Arc::clone(db), schema.index(TEXT))
}
