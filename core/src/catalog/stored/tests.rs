//! The stored form of entries, compared with serde's in postcard.

use alloc::vec::Vec;

use crate::catalog::entry::{CatalogEntry, IndexState, Rekey, Work};
use crate::catalog::{DefinedIndex, TableDefinition};
use crate::key::{KeyShape, StorageKey};
use crate::shape::Shape;
use crate::stored::Stored;
use crate::value::decode_payload;

/// The work in the form of serde's derives.
type Serde = (Vec<&'static str>, bool, Option<Vec<u8>>, Option<Result<(u32, Option<Vec<u8>>), ()>>);

fn entry(work: Work, states: [IndexState; 2]) -> CatalogEntry {
    let index = |name: &str, fields: &[&str]| DefinedIndex {
        name: name.into(),
        is_unique: fields.is_empty(),
        is_each: !fields.is_empty(),
        fields: fields.iter().map(|field| (*field).into()).collect(),
        value: <(u8, bool)>::shape(),
        revision: 300,
    };
    let definition = TableDefinition {
        key: KeyShape::U32,
        entity: Some(Shape::of::<(u32, Option<u8>)>()),
        version: 70_000,
        has_envelope: true,
        indexes: Vec::from([index("first", &[]), index("second", &["a", "bc"])]),
        key_fields: Vec::from(["id".into()]),
        expires: Some("until".into()),
    };
    CatalogEntry { definition, indexes: states.into(), oldest: 128, work }
}

fn stored(entry: &CatalogEntry) -> Vec<u8> {
    let mut out = Vec::new();
    entry.store(&mut out);
    out
}

fn works() -> [(Work, Serde); 5] {
    [
        (Work::default(), (Vec::new(), false, None, None)),
        (
            Work {
                clear: Vec::from(["first".into()]),
                rewrite: true,
                passed: Some(b"\0k".into()),
                rekey: None,
            },
            (Vec::from(["first"]), true, Some(b"\0k".into()), None),
        ),
        (
            Work { rekey: Some(Rekey::Copying(300, Some([7; 200].into()))), ..Work::default() },
            (Vec::new(), false, None, Some(Ok((300, Some([7; 200].into()))))),
        ),
        (
            Work { rekey: Some(Rekey::Copying(0, None)), ..Work::default() },
            (Vec::new(), false, None, Some(Ok((0, None)))),
        ),
        (Work { rekey: Some(Rekey::Replacing), ..Work::default() }, (Vec::new(), false, None, Some(Err(())))),
    ]
}

#[test]
fn entries_are_stored_as_serde_does() {
    let index = |name, (is_unique, is_each), fields: &[&'static str]| {
        (name, is_unique, is_each, Vec::from(fields), b"\x43\x01\0\x03\x01\0\x02\0".to_vec(), 300_u32)
    };
    let indexes = [index("first", (true, false), &[]), index("second", (false, true), &["a", "bc"])];
    for (work, serde) in works() {
        let entry = entry(work, [IndexState::Clearing, IndexState::Building]);
        // The root and the two types inside it, then the one inside of the option.
        let definition = (b"\x05", true, *b"\x04\x14\x02\x01\x02\x04\x11\x03\x02", 70_000_u32, true);
        let (first, rest) =
            ((1_u8, definition.0), (Vec::from(indexes.clone()), ["id"].to_vec(), Some("until")));
        let (_, is_known, nodes, version, envelope) = definition;
        let states = (2_u8, 1_u8, 2_u8);
        let expected = (first, (is_known, nodes, version, envelope), rest, states, 128_u32, serde);
        assert_eq!(stored(&entry), postcard::to_allocvec(&expected).unwrap());
    }
}

#[test]
fn damaged_entries_are_refused() {
    for (work, _) in works() {
        let entry = entry(work, [IndexState::Built, IndexState::Clearing]);
        let good = stored(&entry);
        let read = |bytes: &[u8]| Stored::whole(bytes, CatalogEntry::load);
        assert_eq!(read(&good).unwrap(), entry);
        for length in 0..good.len() {
            assert!(read(&good[..length]).is_err(), "{length}");
        }
        assert!(read(&[&good[..], &[0]].concat()).is_err());
        for (at, byte) in
            (0..good.len()).flat_map(|at| [0, 1, 2, 3, 66, 0x7F, 0x80, 0xFF].map(|byte| (at, byte)))
        {
            let mut damaged = good.clone();
            damaged[at] = byte;
            // What is read is what these bytes are the stored form of.
            if let Ok(entry) = read(&damaged) {
                assert_eq!(stored(&entry), damaged, "{at}: {byte}");
            }
        }
    }
}

#[test]
fn an_entry_has_a_state_for_each_index() {
    for count in 0..4 {
        let mut entry = entry(Work::default(), [IndexState::Built; 2]);
        entry.indexes.resize(count, IndexState::Built);
        assert_eq!(Stored::whole(&stored(&entry), CatalogEntry::load).is_ok(), count == 2, "{count}");
    }
}

#[test]
fn numbers_have_one_form() {
    let number = |bytes: &[u8]| Stored::whole(bytes, Stored::number).ok();
    assert_eq!(number(b"\xFF\xFF\xFF\xFF\x0F"), Some(u32::MAX));
    assert_eq!(number(b"\xFF\xFF\xFF\xFF\x1F"), None);
    assert_eq!(number(b"\x80\x80\x80\x80\x80\x01"), None);
    assert_eq!(number(b"\0"), Some(0));
    assert_eq!(number(b"\x81\0"), None);
    assert_eq!(decode_payload::<u32>(b"\x81\0").unwrap(), 1, "postcard reads a longer form");
    for shift in 0..32 {
        let mut out = Vec::new();
        crate::stored::put_number(1 << shift, &mut out);
        assert_eq!(out, postcard::to_allocvec(&(1_u32 << shift)).unwrap());
        assert_eq!(number(&out), Some(1 << shift));
    }
}
