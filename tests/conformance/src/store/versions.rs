//! Entities of older and newer schema versions.

use std::sync::Arc;

use keyloft::error::{DecodeReason, Place};
use keyloft::prelude::*;
use keyloft::value::decode_payload;

use crate::Fixture;
use crate::subject::Subject;

type Jobs<V> = Table<JobId, V>;

pub(crate) fn an_older_one_is_upgraded_by_every_read(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    first(&db.writer).put(&"b".into(), &1).unwrap();
    second(&db.writer).migrate().unwrap();
    second(&db.writer).put(&"c".into(), &2).unwrap();
    third(&db.writer).migrate().unwrap();
    third(&db.writer).put(&"a".into(), &(7, "new".to_owned())).unwrap();
    let store = third(&db.reader);
    let (a, b, c) = ((7, "new".to_owned()), (1, "from 1".to_owned()), (2, "from 2".to_owned()));
    assert_eq!(store.get(&"b".into()).unwrap().as_ref(), Some(&b));
    assert_eq!(store.get_many(&["c".into(), "a".into()]).unwrap(), [Some(c.clone()), Some(a.clone())]);
    let all: Vec<(JobId, _)> = vec![("a".into(), a), ("b".into(), b), ("c".into(), c.clone())];
    assert_eq!(store.scan_all().unwrap(), all);
    assert_eq!(store.iter(..).unwrap().map(Result::unwrap).collect::<Vec<_>>(), all);
    assert_eq!(store.page(.., 10, None).unwrap().entries, all);
    assert_eq!(store.last().unwrap(), Some(("c".into(), c)));
}

pub(crate) fn an_older_one_without_an_upgrade_is_an_error(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    first(&db.writer).put(&"a".into(), &1).unwrap();
    let schema =
        Schema::new("jobs").version(4, |from, _| Err(DecodeReason::NoUpgrade { found: from, known: 4 }));
    Jobs::<u32>::with_schema(Arc::clone(&db.writer), schema.clone()).migrate().unwrap();
    let store = Jobs::<u32>::with_schema(Arc::clone(&db.reader), schema);
    let error = store.get(&"a".into()).unwrap_err();
    let ErrorKind::Decode { place, reason } = error.kind() else { panic!("{error}") };
    assert_eq!(*place, Place::entity(&"jobs".into(), "a"));
    assert!(matches!(reason, DecodeReason::NoUpgrade { found: 1, known: 4 }), "{reason}");
}

pub(crate) fn a_newer_one_is_refused_by_name(fixture: &dyn Fixture) {
    let db = Subject::of(fixture);
    // The newer value was stored past the table. A table with a newer definition refuses every operation.
    let newer = third(&db.writer).serialize(&"a".into(), &(7, "new".to_owned())).unwrap();
    db.put("jobs", b"a", &newer);
    let store = first(&db.reader);
    let errors = [
        store.get(&"a".into()).unwrap_err(),
        store.scan_all().unwrap_err(),
        store.iter(..).unwrap().next().unwrap().unwrap_err(),
        store.get_many(&["a".into()]).unwrap_err(),
        store.page(.., 1, None).unwrap_err(),
    ];
    for error in errors {
        let ErrorKind::NewerVersion { place, found, known } = error.kind() else { panic!("{error}") };
        assert_eq!((place, *found, *known), (&Place::entity(&"jobs".into(), "a"), 3, 1));
    }
    // Reads that do not decode the entity still succeed.
    assert!(store.contains(&"a".into()).unwrap());
    assert_eq!(store.count().unwrap(), 1);
}

/// The index has the value of the old version, which only the old program could compute.
pub(crate) fn an_upgrade_of_an_indexed_value_needs_a_migration(fixture: &dyn Fixture) {
    const NAME: Index<String, String> = Index::new("name", |name| Some(name.clone()));
    let db = fixture.open();
    let schema = Schema::new("jobs").index(NAME);
    let old = Jobs::with_schema(Arc::clone(&db), schema);
    old.put_many(&[("a".into(), "bonn".to_owned()), ("b".into(), "kiel".to_owned())]).unwrap();

    let upper = |_, payload: &[u8]| Ok(decode_payload::<String>(payload)?.to_uppercase());
    let new = Jobs::with_schema(Arc::clone(&db), Schema::new("jobs").version(2, upper).index(NAME));
    let lower = "bonn".to_owned();
    let refused = [
        new.find_all(&NAME, &lower).unwrap_err(),
        new.iter_by(&NAME, ..).map(drop).unwrap_err(),
        new.page_by(&NAME, .., 10, None).unwrap_err(),
        new.verify().unwrap_err(),
        new.reindex().unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.code(), "DefinitionMismatch", "{error}");
    }

    new.migrate().unwrap();
    assert_eq!(new.find_all(&NAME, &lower).unwrap(), []);
    assert_eq!(new.find_all(&NAME, "BONN").unwrap(), [("a".into(), "BONN".to_owned())]);
    assert_eq!(new.verify().unwrap(), []);
}

fn first(backend: &Arc<dyn StorageBackend>) -> Jobs<u32> {
    Jobs::new(Arc::clone(backend), "jobs")
}

fn second(backend: &Arc<dyn StorageBackend>) -> Jobs<u64> {
    let schema = Schema::new("jobs").version(2, |_, payload| Ok(u64::from(decode_payload::<u32>(payload)?)));
    Jobs::with_schema(Arc::clone(backend), schema)
}

fn third(backend: &Arc<dyn StorageBackend>) -> Jobs<(u64, String)> {
    let schema = Schema::new("jobs").version(3, |from, payload| {
        let number = match from {
            1 => u64::from(decode_payload::<u32>(payload)?),
            _ => decode_payload::<u64>(payload)?,
        };
        Ok((number, format!("from {from}")))
    });
    Jobs::with_schema(Arc::clone(backend), schema)
}
