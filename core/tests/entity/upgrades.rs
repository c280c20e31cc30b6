//! Chains of versions, with the bytes of each.

use keyloft::prelude::*;
use keyloft::value::seal_payload;
use serde::{Deserialize, Serialize};

use crate::backend;

#[derive(Serialize, Deserialize, Entity)]
#[table(version = 1)]
struct PriceV1 {
    cents: u64,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(version = 2, upgrades = PriceV1)]
struct PriceV2 {
    cents: u64,
    currency: String,
}

/// Version 3 was never released.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "prices", key = u8, version = 4, upgrades = PriceV2)]
struct Price {
    #[index]
    currency: String,
    cents: u64,
    tax: u8,
}

impl From<PriceV1> for PriceV2 {
    fn from(PriceV1 { cents }: PriceV1) -> Self {
        Self { cents, currency: "EUR".into() }
    }
}

impl From<PriceV2> for Price {
    fn from(PriceV2 { cents, currency }: PriceV2) -> Self {
        Self { currency, cents, tax: 19 }
    }
}

/// The stored bytes of every version, under the keys 0, 1 and 2. They never change.
const GOLDEN: [(&[u8], &str); 3] = [
    (b"\x01\xc2>F\xed\x01\x05", "EUR"),
    (b"\x01%\x0d\xc8\x1c\x02\x05\x03USD", "USD"),
    (b"\x01\x81>\x9e\x18\x04\x03GBP\x05\x13", "GBP"),
];

fn store(backend: &dyn StorageBackend, key: u8, bytes: &[u8]) {
    backend.transaction(|tx| tx.put(&"prices".into(), &[key], bytes).map(drop)).unwrap();
}

/// Stores five cents in this version.
fn store_version(backend: &dyn StorageBackend, key: u8, version: u32) {
    let mut stored = Vec::new();
    seal_payload(&"prices".into(), &[key], version, &[5], &mut stored);
    store(backend, key, &stored);
}

#[test]
fn every_version_is_read_as_the_newest() {
    let backend = backend();
    let prices = Price::table(backend.clone());
    for ((bytes, currency), key) in GOLDEN.into_iter().zip(0..) {
        store(&*backend, key, bytes);
        let price = Price { currency: currency.into(), cents: 5, tax: 19 };
        assert_eq!(prices.get(&key).unwrap(), Some(price));
    }
    prices.reindex().unwrap();
    assert_eq!(prices.count_by(&Price::CURRENCY, ..).unwrap(), 3);
    assert_eq!(prices.verify().unwrap(), []);
}

#[test]
fn every_version_writes_its_bytes() {
    let euros = Table::<u8, PriceV1>::new(backend(), "prices").serialize(&0, &PriceV1 { cents: 5 }).unwrap();
    let dollars = PriceV2 { cents: 5, currency: "USD".into() };
    let schema = Schema::new("prices").version_without_upgrade(2);
    let dollars = Table::<u8, PriceV2>::with_schema(backend(), schema).serialize(&1, &dollars).unwrap();
    let pounds = Price { currency: "GBP".into(), cents: 5, tax: 19 };
    let pounds = Price::table(backend()).serialize(&2, &pounds).unwrap();
    assert_eq!(GOLDEN.map(|(bytes, _)| bytes.to_vec()), [euros, dollars, pounds]);
}

#[test]
fn a_version_that_never_was_is_an_error() {
    let backend = backend();
    let prices = Price::table(backend.clone());
    for version in [0, 3] {
        store_version(&*backend, 1, version);
        let error = prices.get(&1).unwrap_err();
        assert_eq!(error.code(), "Decode");
        let reason = format!("it has schema version {version}, the table has 4 and no upgrade from it");
        assert!(error.to_string().contains(&reason), "{error}");
    }
    store_version(&*backend, 1, 5);
    assert_eq!(prices.get(&1).unwrap_err().code(), "NewerVersion");
    store_version(&*backend, 1, 2);
    assert_eq!(prices.get(&1).unwrap_err().code(), "Decode");
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "prices", key = u8, version = 2)]
struct Forgetful(u64);

#[test]
fn a_version_without_a_previous_one_reads_itself_alone() {
    let backend = backend();
    let prices = Forgetful::table(backend.clone());
    store_version(&*backend, 1, 2);
    store_version(&*backend, 2, 1);
    assert_eq!(prices.get(&1).unwrap().map(|price| price.0), Some(5));
    assert_eq!(prices.get(&2).err().map(|error| error.code()), Some("Decode"));
}
