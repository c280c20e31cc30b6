//! Keys inside and outside of an entity.

use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend;

#[derive(Serialize, Deserialize, Entity, Clone, Debug, PartialEq)]
#[table(name = "readings")]
struct Reading {
    celsius: i32,
    #[key]
    device: String,
    #[key]
    at: i64,
}

#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "settings", key = UserRowId)]
struct Setting(#[index(name = "value")] u8);

fn reading(device: &str, at: i64) -> Reading {
    Reading { celsius: 20, device: device.into(), at }
}

#[test]
fn several_fields_are_a_tuple_in_their_order() {
    let readings = Reading::table(backend());
    readings.save_many(&[reading("d1", 5), reading("d1", -5), reading("d0", 9)]).unwrap();
    let keys: Vec<(String, i64)> = readings.scan_all().unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [("d0".into(), 9), ("d1".into(), -5), ("d1".into(), 5)]);
    assert_eq!(readings.scan_prefix(&Prefix::of("d1")).unwrap().len(), 2);
}

#[test]
fn an_entity_is_stored_under_its_own_key_alone() {
    let backend = backend();
    let readings = Reading::table(backend.clone());
    let wrong = [
        readings.put(&("d2".into(), 5), &reading("d1", 5)),
        readings.insert(&("d1".into(), 6), &reading("d1", 5)),
        readings.put_many(&[(("d1".into(), 6), reading("d1", 5))]),
        readings.load([(("d1".into(), 6), reading("d1", 5))]).map(drop),
        backend.transaction(|tx| readings.within(tx).put(&("d1".into(), 6), &reading("d1", 5))),
    ];
    for wrong in wrong {
        assert_eq!(wrong.unwrap_err().code(), "Invalid");
    }
    readings.save(&reading("d1", 5)).unwrap();
    let moved = readings.update(&("d1".into(), 5), |reading| {
        reading.at = 6;
        Ok(())
    });
    assert_eq!(
        moved.unwrap_err().to_string(),
        "key `(d1, 5)` in partition `readings`: the entity is not valid: it contains the key `(d1, 6)`; store it under \
         that key",
    );
    assert_eq!(readings.scan_all().unwrap(), [(("d1".into(), 5), reading("d1", 5))]);
}

#[test]
fn an_erased_schema_compares_the_keys_too() {
    struct Held(Reading);
    impl From<Reading> for Held {
        fn from(reading: Reading) -> Self {
            Self(reading)
        }
    }
    let schema = Reading::schema().erase::<Held>(|held| Some(&held.0));
    let table = Table::with_schema(backend(), schema);
    let key = ("d1".to_owned(), 5_i64).encode().into_owned();
    table.put(&key, &Held(reading("d1", 5))).unwrap();
    assert_eq!(table.put(&key, &Held(reading("d1", 6))).unwrap_err().code(), "Invalid");
}

#[test]
fn a_key_can_be_added_once() {
    let readings = Reading::table(backend());
    readings.add(&reading("d1", 5)).unwrap();
    assert_eq!(readings.add(&reading("d1", 5)).unwrap_err().code(), "AlreadyExists");
}

#[test]
fn some_entities_are_saved_or_none() {
    let backend = backend();
    let readings = Reading::table(backend.clone());
    let long = "x".repeat(3_000);
    assert!(readings.save_many(&[reading("d1", 5), reading(&long, 5)]).is_err());
    assert_eq!(readings.count().unwrap(), 0);
    backend
        .transaction(|tx| {
            let mut readings = readings.within(tx);
            readings.save(&reading("d1", 5))?;
            readings.save_many(&[reading("d1", 6), reading("d1", 7)])
        })
        .unwrap();
    assert_eq!(readings.count().unwrap(), 3);
}

#[test]
fn a_key_can_be_separate() {
    let settings = Setting::table(backend());
    settings.put(&UserRowId::from_strings("bob", "volume"), &Setting(7)).unwrap();
    assert_eq!(settings.count_by(&Setting::VALUE, ..=7).unwrap(), 1);
}
